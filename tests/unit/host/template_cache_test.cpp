// What counts as the same file, and what is not kept.
#include "host/template_cache.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>

#include "posix/fd.h"
#include "tests/support/catch.h"
#include "tests/support/files.h"

namespace onectx::test {
namespace {

ParsedTemplate parsed_of(std::string text)
{
    return {.text = std::move(text), .record = {}, .context = {}, .warnings = {}};
}

FileStamp stamp_of_path(const std::filesystem::path& path)
{
    Fd file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    auto stamp = stamp_of(file.get());
    REQUIRE(stamp);
    return *stamp;
}

}  // namespace

TEST_CASE("a kept template is found for its stamp and dialect only", "[unit][input]")
{
    const FileStamp stamp{1, 2, 3, 4, 5, 6, 7};
    TemplateCache cache;
    cache.keep(stamp, Dialect::corrected, parsed_of("A=1"));
    REQUIRE(cache.find(stamp, Dialect::corrected));
    CHECK(cache.find(stamp, Dialect::corrected)->text == "A=1");
    CHECK(!cache.find(stamp, Dialect::compat));
    const std::array<FileStamp, 7> others{{{0, 2, 3, 4, 5, 6, 7},
                                           {1, 0, 3, 4, 5, 6, 7},
                                           {1, 2, 0, 4, 5, 6, 7},
                                           {1, 2, 3, 0, 5, 6, 7},
                                           {1, 2, 3, 4, 0, 6, 7},
                                           {1, 2, 3, 4, 5, 0, 7},
                                           {1, 2, 3, 4, 5, 6, 0}}};
    for (const auto& other : others)
        CHECK(!cache.find(other, Dialect::corrected));
}

TEST_CASE("large templates are not kept, and only some of the others", "[unit][input]")
{
    TemplateCache cache;
    cache.keep({.inode = 1}, Dialect::corrected, parsed_of(std::string(65U << 10U, 'x')));
    CHECK(!cache.find({.inode = 1}, Dialect::corrected));
    constexpr std::size_t kMany = 1000;
    std::size_t found = 0;
    for (ino_t inode = 0; inode < kMany; ++inode)
        cache.keep({.inode = inode}, Dialect::corrected, parsed_of("A=1"));
    for (ino_t inode = 0; inode < kMany; ++inode)
        found += cache.find({.inode = inode}, Dialect::corrected) ? 1U : 0U;
    CHECK(found > 0);
    CHECK(found <= 64);
    CHECK(cache.find({.inode = kMany - 1}, Dialect::corrected));
}

TEST_CASE("a file that changed a moment ago may change again unseen", "[unit][input]")
{
    CHECK(is_settled({.modified = 97, .changed = 97}, 100));
    CHECK(!is_settled({.modified = 98, .changed = 97}, 100));
    CHECK(!is_settled({.modified = 97, .changed = 98}, 100));
    CHECK(!is_settled({.modified = 97, .changed = 200}, 100));  // a clock that was set back
}

TEST_CASE("a stamp shows a change of the same size whose time was put back", "[unit][input]")
{
    TemporaryFolder folder;
    const auto path = folder.path() / "t";
    write_file(path, "A=1");
    const std::array<timespec, 2> old{{{1, 0}, {1, 0}}};
    REQUIRE(utimensat(AT_FDCWD, path.c_str(), old.data(), 0) == 0);
    const auto before = stamp_of_path(path);
    CHECK(before == stamp_of_path(path));
    CHECK(before.modified == 1);
    CHECK(!is_settled(before, before.changed));
    // The clock of time stamps ticks a few times in a hundredth of a second.
    for (int tries = 0; tries < 100 && before == stamp_of_path(path); ++tries) {
        usleep(10'000);
        write_file(path, "A=2");
        REQUIRE(utimensat(AT_FDCWD, path.c_str(), old.data(), 0) == 0);
    }
    CHECK(before != stamp_of_path(path));
    CHECK(!stamp_of(Fd(open("/dev/null", O_RDONLY | O_CLOEXEC)).get()));
}

}  // namespace onectx::test
