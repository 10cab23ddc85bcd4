// Reading of what goes onto an image: whole, in any pieces, and never something else than was
// found.
#include "host/content_reader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "tests/support/catch.h"
#include "tests/support/files.h"

namespace onectx {
namespace {

TreeEntry entry_of(const std::filesystem::path& path)
{
    struct stat status{};
    REQUIRE(stat(path.c_str(), &status) == 0);
    return {"x", 0444,
            SourceFile{.path = path.string(),
                       .size = static_cast<std::uint64_t>(status.st_size),
                       .device = status.st_dev,
                       .inode = status.st_ino,
                       .modified = status.st_mtim}};
}

// All of it in pieces of four bytes, or the error.
std::string read_all(ContentReader& reader)
{
    std::string text;
    std::array<char, 4> piece{};
    for (;;) {
        auto got = reader.read(piece);
        if (!got) return got.error().message;
        if (*got == 0) return text;
        text.append(piece.data(), *got);
    }
}

}  // namespace

TEST_CASE("contents from memory and from files", "[content]")
{
    test::TemporaryFolder folder;
    auto path = folder.path() / "file";
    test::write_file(path, "0123456789");
    for (const auto& entry : {TreeEntry{"x", 0444, "0123456789"}, entry_of(path)}) {
        ContentReader reader(entry);
        CHECK(reader.size() == 10);
        for (int round = 0; round < 2; ++round) {
            REQUIRE(reader.open());
            CHECK(read_all(reader) == "0123456789");
        }
    }
    const TreeEntry empty{"x", 0444, ""};
    ContentReader reader(empty);
    REQUIRE(reader.open());
    CHECK(read_all(reader).empty());
}

TEST_CASE("a file that changes while it is read", "[content]")
{
    test::TemporaryFolder folder;
    auto path = folder.path() / "file";
    auto read_with = [&](auto change) {
        test::write_file(path, "0123456789");
        // An old file, so that any change shows in its time.
        const std::array<timespec, 2> old{};
        REQUIRE(utimensat(AT_FDCWD, path.c_str(), old.data(), 0) == 0);
        auto entry = entry_of(path);
        ContentReader reader(entry);
        REQUIRE(reader.open());
        std::array<char, 4> piece{};
        REQUIRE(reader.read(piece));
        change();
        return read_all(reader);
    };
    CHECK(read_with([] {}) == "456789");
    CHECK(read_with([&] { REQUIRE(truncate(path.c_str(), 5) == 0); }) ==
          "read " + path.string() + ": became shorter");
    CHECK(read_with([&] { test::write_file(path, "9876543210"); }) ==
          "read " + path.string() + ": changed in the meantime");
    CHECK(read_with([&] { test::write_file(path, "0123456789 and more"); }) ==
          "read " + path.string() + ": changed in the meantime");
}

}  // namespace onectx
