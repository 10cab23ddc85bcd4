// Reading and replacing files below a root: what a path leads to, by the kernel and by the walk
// that stands in for it; what is left on the disk afterwards; and that nothing outside is touched.
#include "guest/system/root.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "common/limits.h"
#include "tests/support/catch.h"
#include "tests/support/files.h"

namespace onectx {

using test::read_file;
using test::TemporaryFolder;
using test::write_file;
namespace fs = std::filesystem;

namespace {

constexpr unsigned kNobody = 65534;

Root open_root(const fs::path& directory, Resolver resolver = Resolver::kernel)
{
    auto root = Root::open(directory.string(), resolver);
    REQUIRE(root);
    return std::move(*root);
}

// What a read gives, in one word: the content, "(absent)", or the error.
std::string outcome(const Result<std::optional<FileText>>& read)
{
    if (!read) return read.error().message;
    return *read ? (*read)->content : "(absent)";
}

template <class T>
std::string outcome(const Result<T>& result)
{
    return result ? "ok" : result.error().message;
}

Result<Written> replace(Root& root, WriteFile file)
{
    return root.replace(file, geteuid(), getegid());
}

std::vector<std::string> names(const fs::path& directory)
{
    std::vector<std::string> result;
    for (const auto& entry : fs::directory_iterator(directory))
        result.push_back(entry.path().filename().string());
    std::sort(result.begin(), result.end());
    return result;
}

unsigned mode_of(const fs::path& path)
{
    struct stat status{};
    REQUIRE(lstat(path.c_str(), &status) == 0);
    return status.st_mode & 07777U;
}

// <folder>/root is the root; <folder>/outside is what no path may reach.
struct Tree {
    TemporaryFolder folder;
    fs::path top = folder.path() / "root";
    fs::path outside = folder.path() / "outside";

    Tree()
    {
        write_file(outside / "secret", "outside");
        write_file(top / "etc/hosts", "hosts");
        fs::create_directories(top / "etc/directory");
        link("etc/absolute", "/etc/hosts");
        link("etc/relative", "../etc/hosts");
        link("etc/climbing", "../../../../../etc/hosts");
        link("etc/chain", "absolute");
        link("etc/loop", "pool");
        link("etc/pool", "loop");
        link("etc/dangling", "/made/later");
        link("etc/escape", (outside / "secret").string());
        link("etc/escape-up", "../../outside/secret");
        link("linked", "/etc");
        link("linked-out", outside.string());
        REQUIRE(mkfifo((top / "etc/fifo").c_str(), 0600) == 0);
    }

    void link(const fs::path& path, const std::string& target) const
    {
        fs::create_symlink(target, top / path);
    }
};

}  // namespace

TEST_CASE("a path leads to the same file by the kernel and by the walk")
{
    auto resolver = GENERATE(Resolver::kernel, Resolver::walk);
    Tree tree;
    // The longest chain of links that is followed, and one link more.
    tree.link("etc/link1", "hosts");
    for (unsigned i = 2; i <= kMaxLinks + 1; ++i)
        tree.link("etc/link" + std::to_string(i), "link" + std::to_string(i - 1));
    auto root = open_root(tree.top, resolver);
    const std::string long_name(300, 'x');
    const std::string long_path(5000, '/');

    const std::vector<std::pair<std::string, std::string>> cases{
        {"/etc/hosts", "hosts"},
        {"//etc/./hosts", "hosts"},
        {"etc/hosts", "hosts"},
        {"/../../etc/hosts", "hosts"},
        {"/etc/directory/../hosts", "hosts"},
        {"/etc/absolute", "hosts"},
        {"/etc/relative", "hosts"},
        {"/etc/climbing", "hosts"},
        {"/etc/chain", "hosts"},
        {"/linked/hosts", "hosts"},
        {"/linked/../etc/hosts", "hosts"},
        {"/etc/link40", "hosts"},
        {"/etc/link41", "read /etc/link41: Too many levels of symbolic links"},
        {"/etc/loop", "read /etc/loop: Too many levels of symbolic links"},
        {"/etc/dangling", "(absent)"},
        {"/etc/escape", "(absent)"},
        {"/etc/escape-up", "(absent)"},
        {"/linked-out/secret", "(absent)"},
        {"/nothing", "(absent)"},
        {"/no/thing", "(absent)"},
        {"/etc/hosts/x", "(absent)"},
        {"/etc/hosts/", "(absent)"},
        {"/etc/hosts/.", "(absent)"},
        {"/etc/hosts/..", "(absent)"},
        {"/etc/directory", "read /etc/directory: not a regular file"},
        {"/", "read /: not a regular file"},
        {"/etc/fifo", "read /etc/fifo: not a regular file"},
        {"/" + long_name, "read /" + long_name + ": File name too long"},
        {long_path + "x", "(absent)"},
        {std::string("/etc/hosts\0x", 12),
         "read " + std::string("/etc/hosts\0x", 12) + ": Invalid argument"},
    };
    for (const auto& [path, expected] : cases) {
        INFO(path);
        CHECK(outcome(root.read(path)) == expected);
    }
}

TEST_CASE("below an anchor no link is followed")
{
    auto resolver = GENERATE(Resolver::kernel, Resolver::walk);
    Tree tree;
    write_file(tree.top / "home/u/.ssh/keys", "keys");
    fs::create_hard_link(tree.top / "home/u/.ssh/keys", tree.top / "home/u/.ssh/again");
    tree.link("home/u/away", "/etc");
    tree.link("home/u/.ssh/link", "keys");
    tree.link("homes", "home");
    write_file(tree.top / "home/u/only", "only");
    auto root = open_root(tree.top, resolver);

    struct Case {
        std::string anchor, path, expected;
    };
    for (const auto& c : std::vector<Case>{
             {"/home/u", "/home/u/only", "only"},
             {"/home/u/", "/home/u/only", "only"},
             {"/homes/u", "/homes/u/only", "only"},  // the anchor itself may be reached by a link
             {"/home/u", "/home/u/.ssh/../only", "only"},
             {"/home/u", "/home/u/none", "(absent)"},
             {"/home/v", "/home/v/only", "(absent)"},
             {"/home/u", "/home/u/.ssh/keys", "read /home/u/.ssh/keys: Too many links"},
             {"/home/u", "/home/u/.ssh/link",
              "read /home/u/.ssh/link: is a symbolic link, which is not followed here"},
             {"/home/u", "/home/u/away/hosts",
              "read /home/u/away/hosts: is a symbolic link, which is not followed here"},
             {"/home/u", "/home/u/../../etc/hosts",
              "read /home/u/../../etc/hosts: Invalid cross-device link"},
             {"/home/u", "/home/user/only", "read /home/user/only: it is not below /home/u"},
         }) {
        INFO(c.path);
        CHECK(outcome(root.read_below(c.anchor, c.path)) == c.expected);
    }
}

TEST_CASE("status, link targets and lists do not follow the last component")
{
    auto resolver = GENERATE(Resolver::kernel, Resolver::walk);
    Tree tree;
    fs::permissions(tree.top / "etc/hosts", fs::perms(04750));
    auto root = open_root(tree.top, resolver);

    auto status = root.status("/linked/hosts");
    REQUIRE(status);
    CHECK(*status == FileStatus{FileType::regular, 04750, geteuid(), getegid()});
    CHECK(root.status("/linked").value()->type == FileType::symlink);
    CHECK(root.status("/etc/loop").value()->type == FileType::symlink);
    CHECK(root.status("/etc").value()->type == FileType::directory);
    CHECK(root.status("/").value()->type == FileType::directory);
    CHECK(root.status("/etc/fifo").value()->type == FileType::other);
    CHECK_FALSE(root.status("/etc/none").value());
    CHECK(root.link_target("/etc/climbing").value() == "../../../../../etc/hosts");
    CHECK_FALSE(root.link_target("/etc/hosts").value());
    CHECK_FALSE(root.link_target("/etc/none").value());
    CHECK(root.list("/linked").value() ==
          std::vector<std::string>{"absolute", "chain", "climbing", "dangling", "directory",
                                   "escape", "escape-up", "fifo", "hosts", "loop", "pool",
                                   "relative"});
    CHECK(root.list("/none").value().empty());
    CHECK(root.list("/etc/hosts").value().empty());
}

TEST_CASE("a file that is too large is not read")
{
    TemporaryFolder folder;
    write_file(folder.path() / "large", "");
    fs::resize_file(folder.path() / "large", kMaxSystemFileBytes + 1);
    CHECK(outcome(open_root(folder.path()).read("/large")) == "read /large: File too large");
    fs::resize_file(folder.path() / "large", kMaxSystemFileBytes);
    CHECK(open_root(folder.path()).read("/large").value()->content.size() == kMaxSystemFileBytes);
}

TEST_CASE("a root that is not there is an error")
{
    TemporaryFolder folder;
    auto missing = (folder.path() / "none").string();
    auto root = Root::open(missing);
    REQUIRE_FALSE(root);
    CHECK(root.error().message == "open " + missing + ": No such file or directory");
}

TEST_CASE("replace makes, replaces and follows")
{
    auto resolver = GENERATE(Resolver::kernel, Resolver::walk);
    Tree tree;
    fs::create_hard_link(tree.top / "etc/hosts", tree.top / "etc/second-name");
    auto root = open_root(tree.top, resolver);

    SECTION("an old file")
    {
        fs::permissions(tree.top / "etc/hosts", fs::perms(0600));
        CHECK(outcome(replace(root, {.path = "/etc/hosts", .content = "new", .mode = 0640})) ==
              "ok");
        CHECK(read_file(tree.top / "etc/hosts") == "new");
        CHECK(mode_of(tree.top / "etc/hosts") == 0640);
        CHECK(read_file(tree.top / "etc/second-name") == "hosts");
    }
    SECTION("a new file in directories that are missing, whatever the umask")
    {
        auto old_mask = umask(077);
        CHECK(outcome(replace(root, {.path = "/a/b/c", .content = "new", .mode = 04755})) == "ok");
        umask(old_mask);
        CHECK(read_file(tree.top / "a/b/c") == "new");
        CHECK(mode_of(tree.top / "a/b/c") == 04755);
        CHECK(mode_of(tree.top / "a/b") == 0755);
        CHECK(names(tree.top / "a/b") == std::vector<std::string>{"c"});
        CHECK(names(tree.top / "a") == std::vector<std::string>{"b"});
    }
    SECTION("what a link points to, not the link")
    {
        for (const char* path : {"/etc/absolute", "/etc/relative", "/etc/climbing", "/etc/chain",
                                 "/linked/../etc/chain"}) {
            CHECK(outcome(replace(root, {.path = path, .content = path})) == "ok");
            CHECK(read_file(tree.top / "etc/hosts") == path);
        }
        CHECK(fs::read_symlink(tree.top / "etc/chain") == "absolute");
    }
    SECTION("what a dangling link would point to, inside")
    {
        CHECK(outcome(replace(root, {.path = "/etc/dangling", .content = "new"})) == "ok");
        CHECK(read_file(tree.top / "made/later") == "new");
        CHECK(outcome(replace(root, {.path = "/etc/escape", .content = "new"})) == "ok");
        CHECK(read_file(tree.top / fs::path(tree.outside / "secret").relative_path()) == "new");
        CHECK(outcome(replace(root, {.path = "/linked-out/other", .content = "new"})) == "ok");
        CHECK(outcome(replace(root, {.path = "/etc/escape-up", .content = "new"})) == "ok");
        CHECK(read_file(tree.top / "outside/secret") == "new");
    }
    SECTION("nothing else")
    {
        const std::vector<std::pair<std::string, std::string>> cases{
            {"/etc/loop", "Too many levels of symbolic links"},
            {"/etc/directory", "Is a directory"},
            {"/etc/", "Is a directory"},
            {"/etc/..", "Is a directory"},
            {"/", "Is a directory"},
            {"/etc/fifo", "not a regular file"},
            {"/etc/hosts/x", "Not a directory"},
            {"/etc/" + std::string(256, 'x'), "File name too long"},
            {std::string("/etc/a\0b", 8), "Invalid argument"},
        };
        auto before = names(tree.top / "etc");
        for (const auto& [path, expected] : cases) {
            INFO(path);
            CHECK(outcome(replace(root, {.path = path, .content = "new"})) == expected);
        }
        CHECK(names(tree.top / "etc") == before);
    }
    CHECK(read_file(tree.outside / "secret") == "outside");
    CHECK(names(tree.outside) == std::vector<std::string>{"secret"});
}

TEST_CASE("below an anchor a link makes a change fail")
{
    auto resolver = GENERATE(Resolver::kernel, Resolver::walk);
    Tree tree;
    fs::create_directories(tree.top / "home/u");
    tree.link("home/u/away", tree.outside.string());
    tree.link("home/u/file", "/etc/hosts");
    auto root = open_root(tree.top, resolver);
    auto in_home = [](std::string path) {
        return WriteFile{.path = "/home/u/" + path, .content = "new", .anchor = "/home/u"};
    };

    CHECK(outcome(replace(root, in_home(".ssh/keys"))) == "ok");
    CHECK(read_file(tree.top / "home/u/.ssh/keys") == "new");
    CHECK(outcome(replace(root, in_home("away/secret"))) ==
          "is a symbolic link, which is not followed here");
    CHECK(outcome(replace(root, in_home("file"))) ==
          "is a symbolic link, which is not followed here");
    CHECK(outcome(replace(root, in_home("../../etc/hosts"))) == "Invalid cross-device link");
    CHECK(outcome(root.make_directory({.path = "/home/u/away/d", .anchor = "/home/u"}, geteuid(),
                                      getegid())) ==
          "is a symbolic link, which is not followed here");
    CHECK(outcome(root.make_directory({.path = "/home/u/file", .anchor = "/home/u"}, geteuid(),
                                      getegid())) == "File exists");
    CHECK(outcome(root.remove({.path = "/home/u/away/secret", .anchor = "/home/u"})) ==
          "is a symbolic link, which is not followed here");
    // Made by us it would be root's.
    CHECK(outcome(root.make_directory({.path = "/home/v/d", .anchor = "/home/v"}, geteuid(),
                                      getegid())) == "No such file or directory");
    CHECK_FALSE(*root.status("/home/v"));
    // An anchor says that what is below it is somebody else's; it is no file of its own.
    CHECK(outcome(replace(root, {.path = "/home/u", .content = "", .anchor = "/home/u"})) ==
          "it is not below /home/u");
    CHECK(read_file(tree.outside / "secret") == "outside");
    CHECK(read_file(tree.top / "etc/hosts") == "hosts");
}

TEST_CASE("a directory is made once and then left alone")
{
    auto resolver = GENERATE(Resolver::kernel, Resolver::walk);
    Tree tree;
    auto root = open_root(tree.top, resolver);
    auto make = [&](const std::string& path, unsigned mode) {
        return outcome(root.make_directory({.path = path, .mode = mode}, geteuid(), getegid()));
    };
    CHECK(make("/var/lib/x", 02750) == "ok");
    CHECK(mode_of(tree.top / "var/lib/x") == 02750);
    CHECK(mode_of(tree.top / "var/lib") == 0755);
    CHECK(make("/var/lib/x", 0700) == "ok");
    CHECK(mode_of(tree.top / "var/lib/x") == 02750);
    CHECK(make("/linked", 0700) == "ok");
    CHECK(make("/etc/dangling", 0700) == "ok");
    CHECK(fs::is_directory(tree.top / "made/later"));
    CHECK(make("/etc/hosts", 0755) == "File exists");
    CHECK(make("/etc/hosts/x", 0755) == "Not a directory");
    CHECK(names(tree.top / "var/lib") == std::vector<std::string>{"x"});
}

TEST_CASE("remove removes files and links, and nothing that is absent")
{
    Tree tree;
    auto root = open_root(tree.top);
    CHECK(outcome(root.remove({.path = "/etc/absolute"})) == "ok");
    CHECK(fs::exists(tree.top / "etc/hosts"));
    CHECK_FALSE(fs::is_symlink(tree.top / "etc/absolute"));
    CHECK(outcome(root.remove({.path = "/linked/hosts"})) == "ok");
    CHECK_FALSE(fs::exists(tree.top / "etc/hosts"));
    CHECK(outcome(root.remove({.path = "/etc/hosts"})) == "ok");
    CHECK(outcome(root.remove({.path = "/no/such/file"})) == "ok");
    CHECK(outcome(root.remove({.path = "/etc/directory"})) == "Is a directory");
}

TEST_CASE("a link is made in the place of a link or a file, and leads where it says")
{
    auto resolver = GENERATE(Resolver::kernel, Resolver::walk);
    Tree tree;
    write_file(tree.top / "etc/.dangling.onectx-0123abcd", "half");
    auto root = open_root(tree.top, resolver);
    auto link = [&](const std::string& path, const std::string& target) {
        return outcome(root.make_symlink({path, target}));
    };
    auto target = [&](const fs::path& path) { return fs::read_symlink(tree.top / path); };
    CHECK(link("/new/wants/unit", "/usr/unit") == "ok");
    CHECK(target("new/wants/unit") == "/usr/unit");
    CHECK(link("/etc/dangling", "hosts") == "ok");
    CHECK(target("etc/dangling") == "hosts");
    CHECK_FALSE(fs::exists(tree.top / "etc/.dangling.onectx-0123abcd"));
    CHECK(link("/etc/hosts", "../elsewhere") == "ok");
    CHECK(target("etc/hosts") == "../elsewhere");
    // Directories above are followed, inside.
    CHECK(link("/linked/inside", "x") == "ok");
    CHECK(target("etc/inside") == "x");
    CHECK(link("/linked-out/inside", "x") == "ok");
    CHECK(names(tree.outside) == std::vector<std::string>{"secret"});

    CHECK(link("/etc/directory", "x") == "Is a directory");
    CHECK(link("/etc/empty", "") == "No such file or directory");
    CHECK(names(tree.top / "etc/directory").empty());
}

TEST_CASE("temporary files of a killed run go when the same file is replaced")
{
    Tree tree;
    write_file(tree.top / "etc/.hosts.onectx-0123abcd", "half");
    write_file(tree.top / "etc/.hosts.onectx-kept-by-its-name", "");
    write_file(tree.top / "etc/.other.onectx-0123abcd", "");
    fs::create_directories(tree.top / ".d.onectx-0123abcd");
    auto root = open_root(tree.top);
    CHECK(outcome(replace(root, {.path = "/etc/hosts", .content = "new"})) == "ok");
    CHECK_FALSE(fs::exists(tree.top / "etc/.hosts.onectx-0123abcd"));
    CHECK(fs::exists(tree.top / "etc/.hosts.onectx-kept-by-its-name"));
    CHECK(fs::exists(tree.top / "etc/.other.onectx-0123abcd"));
    CHECK(outcome(root.make_directory({.path = "/d"}, geteuid(), getegid())) == "ok");
    // Directories are made without the lock too: this one may be in somebody's hands.
    CHECK_FALSE(fs::exists(tree.top / ".d.onectx-0123abcd"));
}

TEST_CASE("the longest name can be replaced")
{
    TemporaryFolder folder;
    auto root = open_root(folder.path());
    const std::string name(kMaxFileNameBytes, 'n');
    CHECK(outcome(replace(root, {.path = "/" + name, .content = "1"})) == "ok");
    CHECK(outcome(replace(root, {.path = "/" + name, .content = "2"})) == "ok");
    CHECK(names(folder.path()) == std::vector<std::string>{name});
    CHECK(read_file(folder.path() / name) == "2");
}

TEST_CASE("extended attributes are kept, those that vouch for the content are not")
{
    TemporaryFolder folder;
    auto path = folder.path() / "file";
    write_file(path, "old");
    auto set = [&](const char* name, std::string_view value) {
        return setxattr(path.c_str(), name, value.data(), value.size(), 0) == 0;
    };
    auto get = [&](const char* name) -> std::string {
        std::array<char, 64> value;
        auto size = getxattr(path.c_str(), name, value.data(), value.size());
        return size < 0 ? "(none)" : std::string(value.data(), static_cast<std::size_t>(size));
    };
    if (!set("user.note", "kept")) {
        WARN("the file system of the temporary folder has no extended attributes");
        return;
    }
    bool has_label = set("security.selinux", "system_u:object_r:net_conf_t:s0");
    // VFS_CAP_REVISION_2 with CAP_NET_RAW, see capabilities(7).
    bool has_capability =
        set("security.capability", {"\1\0\0\2\0\x20\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 20});
    auto root = open_root(folder.path());
    REQUIRE(outcome(replace(root, {.path = "/file", .content = "new"})) == "ok");
    CHECK(read_file(path) == "new");
    CHECK(get("user.note") == "kept");
    if (has_label) CHECK(get("security.selinux") == "system_u:object_r:net_conf_t:s0");
    if (has_capability) CHECK(get("security.capability") == "(none)");
}

TEST_CASE("an owner is given, or reported as skipped without privilege")
{
    TemporaryFolder folder;
    if (geteuid() != 0) {
        auto root = open_root(folder.path());
        auto written = root.replace({.path = "/file", .content = "new"}, 0, 0);
        REQUIRE(written);
        CHECK(written->owner_skipped);
        return;
    }
    fs::permissions(folder.path(), fs::perms(0777));
    auto root = open_root(folder.path());
    REQUIRE(root.replace({.path = "/given", .content = ""}, kNobody, kNobody));
    CHECK(root.status("/given").value()->uid == kNobody);
    CHECK(root.status("/given").value()->gid == kNobody);

    auto child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        if (setgid(kNobody) != 0 || setuid(kNobody) != 0) _exit(1);
        auto written = root.replace({.path = "/skipped", .content = "new"}, 0, 0);
        auto made = root.make_directory({.path = "/directory"}, 0, 0);
        bool skipped = written && written->owner_skipped && made && made->owner_skipped;
        auto own = root.replace({.path = "/own", .content = "new"}, kNobody, kNobody);
        _exit(skipped && own && !own->owner_skipped ? 0 : 2);
    }
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(status == 0);
    CHECK(read_file(folder.path() / "skipped") == "new");
}

TEST_CASE("a directory that turns into a link and back lets nothing out")
{
    constexpr int kRounds = 2000;
    auto resolver = GENERATE(Resolver::kernel, Resolver::walk);
    Tree tree;
    auto home = tree.top / "home/u";
    fs::create_directories(home / "real");
    fs::create_symlink(tree.outside, home / "trap");
    auto root = open_root(tree.top, resolver);

    // The user's side of the race: .ssh is now his directory, now a link to the outside.
    std::atomic<bool> done = false;
    std::thread user([&] {
        while (!done) {
            rename((home / "real").c_str(), (home / ".ssh").c_str());
            rename((home / ".ssh").c_str(), (home / "real").c_str());
            rename((home / "trap").c_str(), (home / ".ssh").c_str());
            rename((home / ".ssh").c_str(), (home / "trap").c_str());
        }
    });
    for (int i = 0; i < kRounds; ++i) {
        WriteFile keys{.path = "/home/u/.ssh/secret", .content = "new", .anchor = "/home/u"};
        static_cast<void>(root.replace(keys, geteuid(), getegid()));
        static_cast<void>(root.remove({.path = keys.path, .anchor = keys.anchor}));
    }
    done = true;
    user.join();
    CHECK(names(tree.outside) == std::vector<std::string>{"secret"});
    CHECK(read_file(tree.outside / "secret") == "outside");
    CHECK(read_file(tree.top / "etc/hosts") == "hosts");
}

}  // namespace onectx
