// Images as our own reader sees them: what went in comes out, and the same input gives the same
// bytes.
#include "host/iso_writer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <map>

#include "common/iso_image.h"
#include "host/image.h"
#include "host/iso_checksum.h"
#include "posix/file_source.h"
#include "tests/support/catch.h"
#include "tests/support/files.h"
#include "tests/support/source_file.h"

namespace onectx {
namespace {

namespace fs = std::filesystem;

Result<void> write_file(const ImageTree& tree, const ImageSettings& settings, const fs::path& path)
{
    SignalHold signals;
    auto output = TRY(OutputFile::create(path.string(), {}));
    TRY(write_iso(tree, settings, output, signals));
    return output.commit();
}

std::string image_of(const ImageTree& tree, const ImageSettings& settings = {})
{
    test::TemporaryFolder folder;
    auto path = folder.path() / "x.iso";
    auto written = write_file(tree, settings, path);
    INFO((written ? "" : written.error().message));
    REQUIRE(written);
    return test::read_file(path);
}

TreeEntry text_entry(std::string path, std::string text, unsigned mode = 0444)
{
    return {std::move(path), mode, std::move(text)};
}

TreeEntry directory_entry(std::string path)
{
    return {std::move(path), 0555, DirectoryEntry{}};
}

std::string repeat(std::string_view text, std::size_t times)
{
    std::string result;
    for (std::size_t i = 0; i < times; ++i)
        result += text;
    return result;
}

}  // namespace

TEST_CASE("what went onto an image comes out of it", "[iso_writer]")
{
    test::TemporaryFolder folder;
    auto large = folder.path() / "large";
    test::write_file(large, repeat("0123456789abcdef", 20000));
    ImageTree tree{text_entry("context.sh", "A='1'\n", 0400),
                   directory_entry("dir"),
                   directory_entry("dir/deeper"),
                   text_entry("dir/deeper/empty", ""),
                   {"dir/large", 0555, test::source_of(large)},
                   text_entry("name with blanks: \xC3\xA4\xF0\x9F\x98\x80", "odd")};
    auto bytes = image_of(tree, {.time = 86400});
    MemorySource source(bytes);
    auto image = open_iso(source);
    REQUIRE(image);
    CHECK(image->label == "CONTEXT");
    CHECK(image->joliet);
    CHECK(image->rock_ridge);
    CHECK(image->size == bytes.size());
    CHECK(image->problems.empty());
    REQUIRE(image->entries.size() == tree.size());
    for (const auto& expected : tree) {
        INFO(expected.path);
        const auto* entry = image->find("/" + expected.path);
        REQUIRE(entry);
        CHECK(entry->mode == expected.mode);
        CHECK(entry->uid == 0);
        CHECK(entry->gid == 0);
        CHECK(entry->mtime == 86400);
        if (const auto* text = std::get_if<std::string>(&expected.content))
            CHECK(read_file(source, *entry, 1000).value() == *text);
    }
    CHECK(read_file(source, *image->find("/dir/large"), 1U << 20U).value() ==
          test::read_file(large));
}

TEST_CASE("names as long as Rock Ridge and Joliet carry them", "[iso_writer]")
{
    for (bool joliet : {true, false}) {
        ImageTree tree{text_entry(repeat("\xC3\xA4", 103), "a"), text_entry("context.sh", "")};
        if (!joliet)
            tree = {text_entry("context.sh", ""), text_entry(repeat("x", 255), "b"),
                    text_entry("\xFF\xFE", "c")};
        auto bytes = image_of(tree, {.joliet = joliet});
        MemorySource source(bytes);
        auto image = open_iso(source);
        REQUIRE(image);
        CHECK(image->joliet == joliet);
        for (const auto& entry : tree)
            CHECK(image->find("/" + entry.path));
    }
}

TEST_CASE("many files and deep directories", "[iso_writer]")
{
    ImageTree tree{text_entry("context.sh", "")};
    std::string path = "d";
    for (int depth = 0; depth < 20; ++depth, path += "/d")
        tree.push_back(directory_entry(path));
    tree.push_back(text_entry(path, "deep"));
    tree.push_back(directory_entry("many"));
    for (int i = 1000; i < 2000; ++i)
        tree.push_back(text_entry("many/file " + std::to_string(i), std::to_string(i)));
    auto bytes = image_of(tree);
    MemorySource source(bytes);
    auto image = open_iso(source);
    REQUIRE(image);
    CHECK(image->entries.size() == tree.size());
    CHECK(read_file(source, *image->find("/" + path), 100).value() == "deep");
    CHECK(read_file(source, *image->find("/many/file 1999"), 100).value() == "1999");
}

TEST_CASE("the same input gives the same bytes", "[iso_writer][reproducible]")
{
    test::TemporaryFolder folder;
    auto image_in = [&](const std::string& name, const char* zone, int age) {
        // Other inodes, in another order, of another age, in another time zone.
        auto first = folder.path() / name / (age == 0 ? "a" : "b");
        auto second = folder.path() / name / (age == 0 ? "b" : "a");
        test::write_file(first, age == 0 ? "aaa" : "bb");
        test::write_file(second, age == 0 ? "bb" : "aaa");
        fs::last_write_time(first, fs::file_time_type::clock::now() - std::chrono::hours(age));
        setenv("TZ", zone, 1);
        tzset();
        return image_of({{"a", 0444, test::source_of(folder.path() / name / "a")},
                         {"b", 0444, test::source_of(folder.path() / name / "b")},
                         text_entry("context.sh", "A='1'\n")});
    };
    auto one = image_in("one", "Asia/Tokyo", 0);
    usleep(1100000);  // the clock shows another second
    auto two = image_in("two", "America/New_York", 1000);
    unsetenv("TZ");
    tzset();
    CHECK((one == two));
    CHECK((one != image_of({text_entry("context.sh", "A='2'\n")})));
    CHECK((image_of({}, {.time = 1}) != image_of({}, {.time = 2})));
}

TEST_CASE("no inode numbers are recorded", "[iso_writer][reproducible]")
{
    // libisofs gives them to directories in the order of their addresses in memory. The PX field of
    // RRIP 1.12 holds one in its last 8 of 44 bytes, that of 1.10 has 36.
    const auto bytes = image_of({text_entry("context.sh", ""), directory_entry("d")});
    CHECK(bytes.find("PX\x24\x01") != std::string::npos);
    CHECK(bytes.find("PX\x2C\x01") == std::string::npos);
}

TEST_CASE("the volume has the time it was given", "[iso_writer]")
{
    // The creation time of the primary volume descriptor: ECMA-119, 8.4.26.
    auto creation = [](std::uint64_t time) {
        return image_of({}, {.time = time}).substr(16 * 2048 + 813, 17);
    };
    CHECK(creation(0) == std::string("1970010100000000\0", 17));
    CHECK(creation(1700000000) == std::string("2023111422132000\0", 17));
    CHECK(creation(kMaxIsoTime) == std::string("2155123123595900\0", 17));
}

TEST_CASE("a file that changed after it was found", "[iso_writer]")
{
    test::TemporaryFolder folder;
    auto path = folder.path() / "file";
    auto iso = folder.path() / "x.iso";
    auto complaint = [&](auto change) {
        test::write_file(path, repeat("x", 5000));
        auto source = test::source_of(path);
        change(source);
        auto written = write_file({{"file", 0444, source}}, {}, iso);
        CHECK_FALSE(fs::exists(iso));
        return written ? "" : written.error().message;
    };
    auto name = fs::canonical(folder.path()).string() + "/file";
    CHECK(complaint([&](SourceFile&) { test::write_file(path, "short"); }) ==
          "read " + name + ": changed in the meantime");
    CHECK(complaint([&](SourceFile&) { fs::remove(path); }) ==
          "read " + name + ": No such file or directory");
    CHECK(complaint([&](SourceFile&) {
              fs::remove(path);
              fs::create_symlink("/etc/hostname", path);
          }) == "read " + name + ": Too many levels of symbolic links");
    fs::remove(path);
}

TEST_CASE("large files are put in their places", "[iso_writer]")
{
    test::TemporaryFolder folder;
    ImageTree tree{text_entry("context.sh", "A='1'\n", 0400), directory_entry("d")};
    for (std::size_t size : {262143UL, 262144UL, 500000UL, 1UL << 20U}) {
        auto path = folder.path() / std::to_string(size);
        test::write_file(path, repeat(std::to_string(size), size / 6 + 1).substr(0, size));
        tree.push_back({"d/" + std::to_string(size), 0444, test::source_of(path)});
    }
    tree.push_back(text_entry("last", "small"));
    for (bool md5 : {false, true}) {
        auto bytes = image_of(tree, {.md5 = md5});
        MemorySource source(bytes);
        auto image = open_iso(source);
        REQUIRE(image);
        CHECK(image->size == bytes.size());
        REQUIRE(image->entries.size() == tree.size());
        for (const auto& expected : tree) {
            const auto* entry = image->find("/" + expected.path);
            REQUIRE(entry);
            if (const auto* file = std::get_if<SourceFile>(&expected.content))
                CHECK(
                    (read_file(source, *entry, 2U << 20U).value() == test::read_file(file->path)));
        }
        CHECK(read_file(source, *image->find("/last"), 10).value() == "small");
        auto sums = find_iso_checksums(source);
        REQUIRE(sums);
        CHECK(sums->empty() != md5);
        for (const auto& sum : *sums)
            CHECK(is_intact(source, sum).value());
        // In parentheses: of a failure, a megabyte would be shown.
        CHECK((bytes == image_of(tree, {.md5 = md5})));
    }
}

TEST_CASE("sums are recorded below 16 MiB of content", "[iso_writer]")
{
    auto records = [](std::uint64_t bytes, std::optional<bool> md5) {
        return records_md5({text_entry("a", "b"), {"c", 0444, SourceFile{.size = bytes - 1}}},
                           {.md5 = md5});
    };
    CHECK(records((16U << 20U) - 1, std::nullopt));
    CHECK_FALSE(records(16U << 20U, std::nullopt));
    CHECK(records(16U << 20U, true));
    CHECK_FALSE(records(1, false));
}

TEST_CASE("a file over 4 GiB is recorded in several parts", "[iso_writer]")
{
    test::TemporaryFolder folder;
    auto path = folder.path() / "huge";
    constexpr std::uint64_t kPart = 0xFFFFF800;  // the most that one record can say, in sectors
    const std::map<std::uint64_t, std::string> marks{
        {0, "begin"}, {kPart - 3, "border"}, {2 * kPart + 5000 - 3, "end"}};
    test::write_file(path, "");
    {
        Fd file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
        for (const auto& [offset, text] : marks)
            REQUIRE(pwrite(file.get(), text.data(), text.size(), static_cast<off_t>(offset)) > 0);
    }
    ImageTree tree{text_entry("context.sh", ""), {"huge", 0444, test::source_of(path)}};
    const auto size = std::get<SourceFile>(tree[1].content).size;
    REQUIRE(size == 2 * kPart + 5000);

    SignalHold signals;
    auto output = OutputFile::create((folder.path() / "x.iso").string(), {});
    REQUIRE(output);
    auto written = write_image(tree, {}, "x.iso", *output, signals);
    INFO((written ? "" : written.error().message));
    REQUIRE(written);
    struct stat status{};
    REQUIRE(fstat(output->fd(), &status) == 0);
    CHECK(status.st_blocks * 512 < 1 << 20);

    auto source = FileSource::from(Fd(dup(output->fd())));
    REQUIRE(source);
    for (const auto& image : {open_iso(*source), open_iso_joliet(*source)}) {
        REQUIRE(image);
        const auto* entry = image->find("/huge");
        REQUIRE(entry);
        CHECK(entry->size == size);
        REQUIRE(entry->extents.size() == 3);
        CHECK(entry->extents[1].size == kPart);
        for (const auto& [offset, text] : marks) {
            std::string found(text.size(), 'x');
            REQUIRE(source->read_at(entry->extents[0].offset + offset,
                                    std::as_writable_bytes(std::span(found))));
            CHECK(found == text);
        }
    }
}

TEST_CASE("an interrupted build ends", "[iso_writer]")
{
    test::TemporaryFolder folder;
    auto handler = std::signal(SIGINT, SIG_IGN);
    std::signal(SIGINT, [](int) {});
    {
        SignalHold signals;
        raise(SIGINT);
        auto output = OutputFile::create((folder.path() / "x.iso").string(), {});
        REQUIRE(output);
        auto written = write_iso({text_entry("a", "b")}, {}, *output, signals);
        REQUIRE_FALSE(written);
        CHECK(written.error().message == "interrupted");
    }
    std::signal(SIGINT, handler);
    CHECK(fs::is_empty(folder.path()));
}

TEST_CASE("labels", "[iso_writer]")
{
    for (auto good : {"CONTEXT", "a", "A_b-c.1", "12345678901234567890123456789012"})
        CHECK(is_volume_label(good));
    for (auto bad : {"", "a b", "\xC3\xA4", "a/b", "123456789012345678901234567890123"})
        CHECK_FALSE(is_volume_label(bad));
    auto bytes = image_of({}, {.label = "my-Label.1"});
    CHECK(volume_label(MemorySource(bytes)).value() == "my-Label.1");
}

}  // namespace onectx
