// Large contents go from file to file: the same bytes, the same holes, in any number of parts,
// within the kernel and without it.
#include "host/content_copy.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <thread>

#include "tests/support/catch.h"
#include "tests/support/files.h"
#include "tests/support/source_file.h"

namespace onectx {
namespace {

namespace fs = std::filesystem;

TreeEntry entry_of(const fs::path& path)
{
    return {"x", 0444, test::source_of(path)};
}

std::string pattern(std::size_t size)
{
    std::string text(size, '\0');
    for (std::size_t i = 0; i < size; ++i)
        text[i] = static_cast<char>((i * 7 + i / 251) & 0xFFU);
    return text;
}

std::string copy(const TreeEntry& entry, const std::vector<IsoExtent>& extents, OutputFile& output)
{
    SignalHold signals;
    auto copied = copy_content(entry, extents, output, signals);
    return copied ? "" : copied.error().message;
}

}  // namespace

TEST_CASE("a content in several places", "[content_copy]")
{
    test::TemporaryFolder folder;
    const auto text = pattern(700001);
    test::write_file(folder.path() / "source", text);
    const auto entry = entry_of(folder.path() / "source");
    const std::vector<IsoExtent> extents{{4096, 2048}, {10240, 512 * 1024}, {600064, 173665}};
    std::string expected(600064 + 173665, '\0');
    std::size_t done = 0;
    for (const auto& extent : extents) {
        expected.replace(extent.offset, extent.size, text.substr(done, extent.size));
        done += extent.size;
    }
    REQUIRE(done == text.size());
    // Beside the source, where the kernel copies, and in memory, where it says EXDEV.
    for (bool beside : {true, false}) {
        auto path = (folder.path() / "output").string();
        auto output = beside ? OutputFile::create(path, {}) : OutputFile::unnamed(0);
        REQUIRE(output);
        REQUIRE(output->resize(expected.size()));
        CHECK(copy(entry, extents, *output) == "");
        std::string found(expected.size(), 'x');
        CHECK(pread(output->fd(), found.data(), found.size(), 0) ==
              static_cast<ssize_t>(found.size()));
        const bool is_same = found == expected;
        CHECK(is_same);
    }
}

TEST_CASE("holes stay holes", "[content_copy]")
{
    test::TemporaryFolder folder;
    auto source = folder.path() / "source";
    test::write_file(source, "begin");
    constexpr std::uint64_t kSize = 1ULL << 30U;
    REQUIRE(truncate(source.c_str(), kSize) == 0);
    auto output = OutputFile::create((folder.path() / "output").string(), {});
    REQUIRE(output);
    REQUIRE(output->resize(kSize + 2048));
    CHECK(copy(entry_of(source), {{2048, kSize}}, *output) == "");
    struct stat status{};
    REQUIRE(fstat(output->fd(), &status) == 0);
    CHECK(status.st_blocks * 512 < 1 << 20);
    std::string found(8, 'x');
    CHECK(pread(output->fd(), found.data(), found.size(), 2048) == 8);
    CHECK(found == std::string("begin\0\0\0", 8));
}

TEST_CASE("a content that does not fit, or changes", "[content_copy]")
{
    test::TemporaryFolder folder;
    auto source = folder.path() / "source";
    test::write_file(source, pattern(5000));
    const auto entry = entry_of(source);
    auto output = OutputFile::create((folder.path() / "output").string(), {});
    REQUIRE(output);
    REQUIRE(output->resize(1 << 20));
    CHECK(copy(entry, {{0, 4096}}, *output) == "x: its extents do not fit it");
    CHECK(copy(entry, {{0, 5001}}, *output) == "x: its extents do not fit it");
    test::write_file(source, pattern(5000) + "more");
    CHECK(copy(entry, {{0, 5000}}, *output) ==
          "read " + fs::canonical(source).string() + ": changed in the meantime");
}

TEST_CASE("a source that is written to while it is copied", "[content_copy]")
{
    test::TemporaryFolder folder;
    auto source = folder.path() / "source";
    test::write_file(source, pattern(8U << 20U));
    const auto entry = entry_of(source);
    auto output = OutputFile::create((folder.path() / "output").string(), {});
    REQUIRE(output);
    REQUIRE(output->resize(8U << 20U));
    Fd file(::open(source.c_str(), O_WRONLY | O_CLOEXEC));
    std::atomic<bool> wrote = false;
    std::atomic<bool> stop = false;
    std::thread writer([&] {
        while (!stop) {
            if (pwrite(file.get(), "!", 1, 7 << 20) == 1) wrote = true;
        }
    });
    while (!wrote)
        std::this_thread::yield();
    // Whether it is noticed before or after is chance; that it is noticed is none.
    CHECK(copy(entry, {{0, 8U << 20U}}, *output) ==
          "read " + fs::canonical(source).string() + ": changed in the meantime");
    stop = true;
    writer.join();
}

TEST_CASE("an interrupted copy ends", "[content_copy]")
{
    test::TemporaryFolder folder;
    test::write_file(folder.path() / "source", pattern(5000));
    auto output = OutputFile::create((folder.path() / "output").string(), {});
    REQUIRE(output);
    auto handler = std::signal(SIGTERM, [](int) {});
    {
        SignalHold signals;
        raise(SIGTERM);
        auto copied =
            copy_content(entry_of(folder.path() / "source"), {{0, 5000}}, *output, signals);
        REQUIRE_FALSE(copied);
        CHECK(copied.error().message == "interrupted");
    }
    std::signal(SIGTERM, handler);
}

}  // namespace onectx
