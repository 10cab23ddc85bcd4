// Every system call of a change is made to fail once, and the process is killed at every one:
// the file is the old one or the new one, never anything else, and the next run leaves no trace of
// it. strace(1) does the disturbing, so no call that the code makes can be forgotten here.
#include <sys/stat.h>

#include <algorithm>
#include <array>

#include "tests/fault/changes.h"
#include "tests/fault/strace.h"
#include "tests/support/catch.h"
#include "tests/support/files.h"
#include "tests/support/process.h"

namespace onectx::test {

namespace fs = std::filesystem;

namespace {

struct Tree {
    TemporaryFolder folder;
    fs::path etc = folder.path() / "etc";

    Tree()
    {
        write_file(etc / "file", kOldText);
        fs::create_symlink(kOldTarget, etc / "link");
    }
    [[nodiscard]] std::string link() const { return fs::read_symlink(etc / "link").string(); }

    [[nodiscard]] std::vector<std::string> names() const
    {
        std::vector<std::string> result;
        for (const auto& entry : fs::recursive_directory_iterator(etc))
            result.push_back(entry.path().lexically_relative(etc).string());
        std::sort(result.begin(), result.end());
        return result;
    }
};

std::vector<std::string> program_for(const Tree& tree)
{
    return {built_program("make_changes"), tree.folder.path().string()};
}

// Disturbs one call in a tree of its own, then looks at the tree, then lets a run through.
void disturb(const Call& call, const std::string& fault)
{
    INFO(call.name << " number " << call.number << ": " << fault);
    Tree tree;
    auto finished = disturbed(call, fault, program_for(tree));
    bool killed = fault.starts_with("signal");
    CAPTURE(finished.status, finished.err);
    if (killed) CHECK(finished.status == 128 + 9);
    if (!killed) CHECK((finished.status == 0 || finished.status == 1));
    CHECK((finished.status == 1) == !finished.err.empty());

    auto content = read_file(tree.etc / "file");
    CHECK((content == kOldText || content == new_text()));
    struct stat status{};
    REQUIRE(stat((tree.etc / "file").c_str(), &status) == 0);
    if (content != kOldText) CHECK((status.st_mode & 07777U) == 0640U);
    CHECK((tree.link() == kOldTarget || tree.link() == kNewTarget));
    const std::vector<std::string> whole{"file", "link", "made"};
    if (finished.status == 0)
        CHECK((content == new_text() && tree.link() == kNewTarget && tree.names() == whole));
    // Only a process that was killed may leave its temporary name behind.
    if (!killed)
        for (const auto& name : tree.names())
            CHECK(std::find(whole.begin(), whole.end(), name) != whole.end());

    auto again = make_changes(tree.folder.path().string());
    CHECK((again ? "" : again.error().message) == "");
    CHECK(read_file(tree.etc / "file") == new_text());
    CHECK(tree.link() == kNewTarget);
    CHECK(tree.names() == whole);
}

}  // namespace

TEST_CASE("a change survives any failing system call and any moment of death")
{
    if (!strace_works()) {
        WARN("strace is not there or may not trace; nothing is tested");
        return;
    }
    Tree traced;
    auto calls = calls_between_markers(program_for(traced));
    // What survives a loss of power is decided by the order of these.
    constexpr std::array<std::string_view, 6> kOfTheDisk{"write",   "fsync",     "renameat",
                                                         "mkdirat", "renameat2", "symlinkat"};
    std::vector<std::string> order;
    for (const auto& call : calls)
        if (std::find(kOfTheDisk.begin(), kOfTheDisk.end(), call.name) != kOfTheDisk.end())
            order.push_back(call.name);
    CHECK(order == std::vector<std::string>{"write", "fsync", "renameat", "fsync", "mkdirat",
                                            "renameat2", "fsync", "symlinkat", "renameat",
                                            "fsync"});
    for (const auto& call : calls) {
        disturb(call, "error=EIO");
        disturb(call, "signal=SIGKILL");
    }
}

TEST_CASE("what another way around is known for does not fail")
{
    if (!strace_works()) {
        WARN("strace is not there or may not trace; nothing is tested");
        return;
    }
    // openat2 of an old kernel and of a container; a file system without RENAME_NOREPLACE; a file
    // that is a mount point; no randomness yet; no extended attributes; directories without sync.
    for (const auto* fault : {"openat2:error=ENOSYS", "openat2:error=EPERM", "openat2:error=EAGAIN",
                              "renameat2:error=EINVAL", "renameat:error=EBUSY:when=1",
                              "getrandom:error=EAGAIN", "flistxattr:error=EOPNOTSUPP"}) {
        INFO(fault);
        Tree tree;
        auto call = std::string(fault).substr(0, std::string_view(fault).find(':'));
        auto finished =
            strace({"-o", "/dev/null", "-e", "trace=" + call, "-e", "inject=" + std::string(fault)},
                   program_for(tree));
        CHECK(finished.err == "");
        CHECK(finished.status == 0);
        CHECK(read_file(tree.etc / "file") == new_text());
        CHECK(tree.names() == std::vector<std::string>{"file", "link", "made"});
    }
}

}  // namespace onectx::test
