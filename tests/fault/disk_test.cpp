// Disks that are full, read-only or in the way: what is reported, word for word, and what is left.
// Needs a mount namespace of its own, which means root; nothing outside sees the mounts.
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <algorithm>

#include "guest/system/apply.h"
#include "guest/system/lock.h"
#include "tests/support/catch.h"
#include "tests/support/files.h"

namespace onectx {

using test::read_file;
using test::TemporaryFolder;
using test::write_file;
namespace fs = std::filesystem;

namespace {

// A mount that goes before the folder does.
class TemporaryMount {
  public:
    TemporaryMount(const fs::path& source, fs::path target, const char* type, unsigned long flags,
                   const char* data = nullptr)
        : target_(std::move(target))
    {
        REQUIRE(mount(source.c_str(), target_.c_str(), type, flags, data) == 0);
    }
    TemporaryMount(const TemporaryMount&) = delete;
    TemporaryMount& operator=(const TemporaryMount&) = delete;
    ~TemporaryMount() { umount2(target_.c_str(), MNT_DETACH); }

  private:
    fs::path target_;
};

bool has_private_mounts()
{
    if (unshare(CLONE_NEWNS) == 0 && mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0)
        return true;
    WARN("needs root for a mount namespace; nothing is tested");
    return false;
}

std::string apply_step(const fs::path& top, Step step)
{
    auto root = Root::open(top.string());
    REQUIRE(root);
    SystemRunner runner;
    SystemKernel kernel;
    auto replan = [](std::string_view) -> Result<Step> { return fail("not planned again"); };
    auto report =
        apply({.steps = {std::move(step)}}, *root, runner, kernel, replan, {.offline = true});
    const auto& done = report.steps.front();
    return std::string(to_text(done.result)) + (done.message.empty() ? "" : ": " + done.message);
}

std::string apply_change(const fs::path& top, Change change)
{
    return apply_step(top, {"step", {std::move(change)}});
}

std::size_t entries(const fs::path& directory)
{
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(directory), fs::directory_iterator()));
}

}  // namespace

TEST_CASE("a full disk keeps the old file")
{
    if (!has_private_mounts()) return;
    TemporaryFolder folder;
    auto etc = folder.path() / "etc";
    fs::create_directories(etc);
    TemporaryMount disk("tmpfs", etc, "tmpfs", 0, "size=64k,nr_inodes=8");
    write_file(etc / "hosts", "old");
    WriteFile large{.path = "/etc/hosts", .content = std::string(256 * 1024, 'x')};
    CHECK(apply_change(folder.path(), large) ==
          "failed: write /etc/hosts: No space left on device");
    CHECK(read_file(etc / "hosts") == "old");
    CHECK(entries(etc) == 1);
    CHECK(apply_change(folder.path(), WriteFile{.path = "/etc/hosts", .content = "new"}) ==
          "changed");
    CHECK(read_file(etc / "hosts") == "new");

    // No inode left: not even the temporary name can be made.
    while (entries(etc) < 7)
        write_file(etc / std::to_string(entries(etc)), "");
    CHECK(apply_change(folder.path(), WriteFile{.path = "/etc/hosts", .content = "more"}) ==
          "failed: write /etc/hosts: No space left on device");
    CHECK(apply_change(folder.path(), MakeDirectory{.path = "/etc/d"}) ==
          "failed: make directory /etc/d: No space left on device");
    CHECK(read_file(etc / "hosts") == "new");
    CHECK(entries(etc) == 7);
}

TEST_CASE("a read-only /etc is said and left as it is")
{
    if (!has_private_mounts()) return;
    TemporaryFolder folder;
    auto etc = folder.path() / "etc";
    write_file(etc / "hosts", "old");
    TemporaryMount bind(etc, etc, nullptr, MS_BIND);
    REQUIRE(mount("none", etc.c_str(), nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY, nullptr) == 0);
    const std::vector<std::pair<Change, std::string>> cases{
        {WriteFile{.path = "/etc/hosts", .content = "new"}, "write /etc/hosts"},
        {WriteFile{.path = "/etc/new/file", .content = "new"}, "write /etc/new/file"},
        {WriteFile{.path = "/etc/hosts", .content = "new", .anchor = "/etc"}, "write /etc/hosts"},
        {MakeDirectory{.path = "/etc/d"}, "make directory /etc/d"},
        {RemoveFile{"/etc/hosts"}, "remove /etc/hosts"},
    };
    for (const auto& [change, attempt] : cases)
        CHECK(apply_change(folder.path(), change) ==
              "failed: " + attempt + ": Read-only file system");
    CHECK(apply_step(folder.path(), {"users", {WriteFile{.path = "/etc/passwd"}}, {}, true}) ==
          "failed: open /etc/.pwd.lock: Read-only file system");
    CHECK(apply_change(folder.path(), RemoveFile{"/etc/none"}) == "changed");
    CHECK(read_file(etc / "hosts") == "old");
    CHECK(entries(etc) == 1);
}

TEST_CASE("the run lock on a read-only /run says so")
{
    if (!has_private_mounts()) return;
    TemporaryFolder folder;
    auto run = folder.path() / "run";
    fs::create_directories(run);
    TemporaryMount disk("tmpfs", run, "tmpfs", MS_RDONLY);
    auto root = Root::open(folder.path().string());
    REQUIRE(root);
    auto lock = RunLock::take(*root, std::chrono::milliseconds(0));
    REQUIRE_FALSE(lock);
    CHECK(lock.error().message == "make directory /run/onectx: Read-only file system");
}

TEST_CASE("a file that is a mount point is written in place")
{
    if (!has_private_mounts()) return;
    TemporaryFolder folder;
    auto etc = folder.path() / "etc";
    auto outside = folder.path() / "hosts-of-the-container";
    write_file(etc / "hosts", "below");
    write_file(outside, "old and long");
    struct stat before{};
    REQUIRE(stat(outside.c_str(), &before) == 0);
    {
        TemporaryMount bind(outside, etc / "hosts", nullptr, MS_BIND);
        for (const std::string content : {"new", "new and much longer than before", ""}) {
            CHECK(apply_change(folder.path(),
                               WriteFile{.path = "/etc/hosts", .content = content, .mode = 0640}) ==
                  "changed");
            CHECK(read_file(outside) == content);
        }
        CHECK(entries(etc) == 1);
    }
    struct stat after{};
    REQUIRE(stat(outside.c_str(), &after) == 0);
    CHECK(after.st_ino == before.st_ino);
    CHECK((after.st_mode & 07777U) == 0640U);
    CHECK(read_file(etc / "hosts") == "below");
}

}  // namespace onectx
