// Output appears whole or not at all, with the owner and mode that it had, and leaves nothing
// behind.
#include "host/output_file.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "tests/support/catch.h"
#include "tests/support/files.h"

namespace onectx {
namespace {

namespace fs = std::filesystem;

Result<void> write_whole(const fs::path& path, std::string_view text, bool is_private = false)
{
    auto output = TRY(OutputFile::create(path.string(), {.is_private = is_private}));
    TRY(output.expect_size(text.size()));
    TRY(output.write(text));
    return output.commit();
}

std::string error_of(const Result<void>& result)
{
    return result ? "" : result.error().message;
}

unsigned mode_of(const fs::path& path)
{
    struct stat status{};
    REQUIRE(stat(path.c_str(), &status) == 0);
    return status.st_mode & 07777;
}

std::size_t count_entries(const fs::path& folder)
{
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

// Where there are none the output has a temporary name.
bool has_nameless_files(const fs::path& folder)
{
    return Fd(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600)).valid();
}

}  // namespace

TEST_CASE("a new file has the mode that its content asks for", "[output]")
{
    test::TemporaryFolder folder;
    auto before = umask(027);
    CHECK(error_of(write_whole(folder.path() / "open", "x")).empty());
    CHECK(error_of(write_whole(folder.path() / "closed", "x", true)).empty());
    umask(before);
    CHECK(mode_of(folder.path() / "open") == 0640);
    CHECK(mode_of(folder.path() / "closed") == 0600);
    CHECK(test::read_file(folder.path() / "open") == "x");
}

TEST_CASE("an existing file keeps owner and mode", "[output]")
{
    test::TemporaryFolder folder;
    auto path = folder.path() / "x.iso";
    test::write_file(path, "old");
    REQUIRE(chmod(path.c_str(), 0664) == 0);
    const bool root = geteuid() == 0;
    if (root) REQUIRE(chown(path.c_str(), 64055, 64055) == 0);
    {
        auto output = OutputFile::create(path.string(), {});
        REQUIRE(output);
        // While it is written nobody else may read it, whatever the old mode was.
        struct stat status{};
        REQUIRE(fstat(output->fd(), &status) == 0);
        CHECK((status.st_mode & 07777) == 0600);
    }
    CHECK(error_of(write_whole(path, "new")).empty());
    CHECK(test::read_file(path) == "new");
    CHECK(mode_of(path) == 0664);
    // A secret is not for everybody who could read what was there before.
    CHECK(error_of(write_whole(path, "secret", true)).empty());
    CHECK(mode_of(path) == 0600);
    struct stat status{};
    REQUIRE(stat(path.c_str(), &status) == 0);
    if (root) CHECK(status.st_uid == 64055);
    if (root) CHECK(status.st_gid == 64055);
    CHECK(count_entries(folder.path()) == 1);
}

TEST_CASE("without commit nothing has changed", "[output]")
{
    test::TemporaryFolder folder;
    auto path = folder.path() / "x.iso";
    test::write_file(path, "old");
    {
        auto output = OutputFile::create(path.string(), {});
        REQUIRE(output);
        REQUIRE(output->write("new"));
        CHECK(count_entries(folder.path()) == (has_nameless_files(folder.path()) ? 1 : 2));
        auto moved = std::move(*output);  // the temporary file goes with it
    }
    CHECK(test::read_file(path) == "old");
    CHECK(count_entries(folder.path()) == 1);
}

TEST_CASE("what a symbolic link points to is replaced, not the link", "[output]")
{
    test::TemporaryFolder folder;
    auto link = folder.path() / "link";
    fs::create_directories(folder.path() / "sub");
    fs::create_symlink("sub/target", link);
    CHECK(error_of(write_whole(link, "one")).empty());
    CHECK(error_of(write_whole(link, "two")).empty());
    CHECK(fs::is_symlink(link));
    CHECK(test::read_file(folder.path() / "sub/target") == "two");

    fs::create_symlink("circle", folder.path() / "circle");
    CHECK(error_of(write_whole(folder.path() / "circle", "x")) ==
          (folder.path() / "circle").string() + ": Too many levels of symbolic links");
}

TEST_CASE("a link gives way itself when the policy says so", "[output]")
{
    test::TemporaryFolder folder;
    auto at = [&](const std::string& name) { return folder.path() / name; };
    test::write_file(at("target"), "old");
    fs::create_symlink("target", at("link"));
    fs::create_symlink("gone", at("dangling"));
    fs::create_symlink("circle", at("circle"));
    for (const std::string name : {"link", "dangling", "circle"}) {
        CAPTURE(name);
        auto output = OutputFile::create(at(name).string(), {.replaces_links = true});
        REQUIRE(output);
        REQUIRE(output->write("new"));
        CHECK(error_of(output->commit()).empty());
        CHECK(fs::symlink_status(at(name)).type() == fs::file_type::regular);
        CHECK(test::read_file(at(name)) == "new");
    }
    CHECK(test::read_file(at("target")) == "old");
    CHECK_FALSE(fs::exists(at("gone")));
    CHECK(count_entries(folder.path()) == 4);
}

TEST_CASE("what is sealed has its name no earlier than it is published", "[output]")
{
    test::TemporaryFolder folder;
    auto path = folder.path() / "x.iso";
    test::write_file(path, "old");
    REQUIRE(chmod(path.c_str(), 0640) == 0);
    auto output = OutputFile::create(path.string(), {});
    REQUIRE(output);
    REQUIRE(output->write("new"));
    CHECK(error_of(output->seal()).empty());
    CHECK(test::read_file(path) == "old");
    CHECK(error_of(output->publish()).empty());
    CHECK(test::read_file(path) == "new");
    CHECK(mode_of(path) == 0640);
    CHECK(count_entries(folder.path()) == 1);
}

TEST_CASE("an unnamed file is nowhere to be seen", "[output]")
{
    test::TemporaryFolder folder;
    setenv("TMPDIR", folder.path().c_str(), 1);
    for (std::uint64_t bytes : {0ULL, 1ULL << 40U}) {
        auto output = OutputFile::unnamed(bytes);
        REQUIRE(output);
        REQUIRE(output->write("content"));
        CHECK(count_entries(folder.path()) == 0);
        std::string content(16, '\0');
        CHECK(pread(output->fd(), content.data(), content.size(), 0) == 7);
    }
    setenv("TMPDIR", "/no/where", 1);
    auto output = OutputFile::unnamed(1ULL << 40U);
    unsetenv("TMPDIR");
    REQUIRE_FALSE(output);
    CHECK(output.error().message == "open a temporary file: No such file or directory");
}

TEST_CASE("what is written out of order", "[output]")
{
    test::TemporaryFolder folder;
    auto path = folder.path() / "x.iso";
    auto output = OutputFile::create(path.string(), {});
    REQUIRE(output);
    REQUIRE(output->write("head"));
    REQUIRE(output->resize(10));
    REQUIRE(output->zero(4, 6));
    REQUIRE(output->write_at(8, "t"));
    REQUIRE(output->commit());
    CHECK(test::read_file(path) == std::string("head\0\0\0\0t\0", 10));
}

TEST_CASE("targets that are none", "[output]")
{
    test::TemporaryFolder folder;
    auto at = [&](const std::string& name) { return (folder.path() / name).string(); };
    fs::create_directories(at("sub"));
    REQUIRE(mkfifo(at("fifo").c_str(), 0600) == 0);
    auto refused = [](const std::string& path) {
        return "write " + path + ": neither a regular file nor a block device";
    };
    CHECK(error_of(write_whole(at("sub"), "x")) == refused(at("sub")));
    CHECK(error_of(write_whole(at("fifo"), "x")) == refused(at("fifo")));
    CHECK(error_of(write_whole("/dev/null", "x")) == refused("/dev/null"));
    CHECK(error_of(write_whole(at("no/where"), "x")) ==
          "write " + at("no/where") + ": No such file or directory");
    CHECK(error_of(write_whole(at("sub/"), "x")) ==
          "write " + at("sub/") + ": No such file or directory");
}

TEST_CASE("a full disk leaves the old file", "[output]")
{
    test::TemporaryFolder folder;
    auto path = folder.path() / "x.iso";
    test::write_file(path, "old");
    rlimit before{};
    REQUIRE(getrlimit(RLIMIT_FSIZE, &before) == 0);
    auto handler = std::signal(SIGXFSZ, SIG_IGN);
    rlimit limited{.rlim_cur = 8192, .rlim_max = before.rlim_max};
    REQUIRE(setrlimit(RLIMIT_FSIZE, &limited) == 0);
    auto written = write_whole(path, std::string(10000, 'x'));
    setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);

    CHECK(error_of(written) == "write " + path.string() + ": File too large");
    CHECK(written.error().code == EFBIG);
    CHECK(test::read_file(path) == "old");
    CHECK(count_entries(folder.path()) == 1);
}

TEST_CASE("signals wait while they are held", "[output]")
{
    static volatile std::sig_atomic_t arrived = 0;
    auto handler = std::signal(SIGTERM, [](int) { arrived = 1; });
    {
        SignalHold hold;
        CHECK_FALSE(hold.interrupted());
        raise(SIGTERM);
        CHECK(hold.interrupted());
        CHECK(arrived == 0);
    }
    CHECK(arrived == 1);
    std::signal(SIGTERM, handler);
}

}  // namespace onectx
