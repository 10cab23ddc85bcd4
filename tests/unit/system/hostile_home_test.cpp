// Homes whose owners are up to something: whatever stands where the keys go, nothing outside the
// home is written, nothing is hung on a pipe, and the report says why a key did not arrive.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <filesystem>
#include <map>

#include "guest/plan/contextualize.h"
#include "guest/system/apply.h"
#include "tests/support/catch.h"
#include "tests/support/files.h"
#include "tests/support/machine.h"

namespace onectx::test {
namespace {

namespace fs = std::filesystem;

class NoRunner : public Runner {
  public:
    Result<void> run(const std::vector<std::string>&) override { return fail("not in a test"); }
};

constexpr unsigned kBob = 1000;
constexpr unsigned kMallory = 1001;

struct Home {
    TemporaryFolder folder;
    fs::path root = folder.path();
    fs::path home = root / "home/bob";

    Home()
    {
        write_file(root / "etc/passwd",
                   "root:x:0:0::/root:/bin/sh\nbob:x:1000:1000::/home/bob:/bin/sh\n");
        write_file(root / "etc/group", "root:x:0:\nbob:x:1000:\n");
        write_file(root / "etc/shadow", "root:*:::::::\nbob:!:::::::\n");
        write_file(root / "outside/authorized_keys", "theirs\n");
        fs::create_directories(home);
        own(home, kBob);
    }
    static void own(const fs::path& path, unsigned id)
    {
        REQUIRE(lchown(path.c_str(), id, id) == 0);
    }
    void make_ssh(unsigned id, unsigned mode) const
    {
        fs::create_directories(home / ".ssh");
        own(home / ".ssh", id);
        REQUIRE(chmod((home / ".ssh").c_str(), mode) == 0);
    }
    // Whatever is not the home or ours: path, content, mode.
    [[nodiscard]] std::map<std::string, std::string> rest() const
    {
        std::map<std::string, std::string> files;
        for (const auto& entry : fs::recursive_directory_iterator(root)) {
            auto name = entry.path().lexically_relative(root).string();
            if (name.starts_with("home/bob") || name.starts_with("var") ||
                name.starts_with("run") || name.starts_with("etc/shadow") ||
                name.starts_with("etc/.pwd"))
                continue;
            files[name] = entry.is_regular_file() ? read_file(entry.path()) : "";
        }
        return files;
    }
    // What was complained about.
    [[nodiscard]] std::vector<std::string> go() const
    {
        auto tree = Root::open(root.string());
        REQUIRE(tree);
        auto facts = Machine::facts_of_tests();
        facts.offline = true;
        ShellVars vars{.context =
                           context_of({{"USERNAME", "bob"}, {"SSH_PUBLIC_KEY", test_key('a')}})};
        auto planned = contextualize(vars, {}, facts, *tree, Stage::local, "none");
        NoRunner runner;
        SystemKernel kernel;
        auto replan = [&](std::string_view step) { return planned.replan(step, {}, facts, *tree); };
        auto report = apply(planned.plan, *tree, runner, kernel, replan, {.offline = true});
        auto lines = to_lines(report.problems);
        for (const auto& step : report.steps)
            if (!step.message.empty()) lines.push_back("step " + step.name + ": " + step.message);
        return lines;
    }
};

using Lines = std::vector<std::string>;

TEST_CASE("keys in a hostile home", "[hostile-home]")
{
    if (geteuid() != 0) {
        WARN("only root can make files of others; nothing is tested");
        return;
    }
    struct Row {
        std::string what;
        void (*arrange)(Home&);
        Lines complaints;
        bool arrives = false;
    };
    const std::string keys = "/home/bob/.ssh/authorized_keys";
    auto row = GENERATE_COPY(values<Row>({
        {"nothing", [](Home&) {}, {}, true},
        {".ssh is a link",
         [](Home& h) { fs::create_symlink("../../outside", h.home / ".ssh"); },
         {"error : read " + keys + ": is a symbolic link, which is not followed here"}},
        {"the file is a link",
         [](Home& h) {
             h.make_ssh(kBob, 0700);
             fs::create_symlink("../../../outside/authorized_keys",
                                h.home / ".ssh/authorized_keys");
         },
         {"error : read " + keys + ": is a symbolic link, which is not followed here"}},
        {"the file is a link to nothing",
         [](Home& h) {
             h.make_ssh(kBob, 0700);
             fs::create_symlink("/etc/new", h.home / ".ssh/authorized_keys");
         },
         {"error : read " + keys + ": is a symbolic link, which is not followed here"}},
        {"the file has another name",
         [](Home& h) {
             h.make_ssh(kBob, 0700);
             fs::create_hard_link(h.root / "outside/authorized_keys",
                                  h.home / ".ssh/authorized_keys");
             Home::own(h.home / ".ssh/authorized_keys", kBob);
         },
         {"error : read " + keys + ": Too many links"}},
        {"the file is a pipe",
         [](Home& h) {
             h.make_ssh(kBob, 0700);
             REQUIRE(mkfifo((h.home / ".ssh/authorized_keys").c_str(), 0600) == 0);
             Home::own(h.home / ".ssh/authorized_keys", kBob);
         },
         {"error : read " + keys + ": not a regular file"}},
        {"the file is a directory",
         [](Home& h) {
             h.make_ssh(kBob, 0700);
             fs::create_directory(h.home / ".ssh/authorized_keys");
             Home::own(h.home / ".ssh/authorized_keys", kBob);
         },
         {"error : read " + keys + ": not a regular file"}},
        {".ssh is a file",
         [](Home& h) {
             write_file(h.home / ".ssh", "");
             Home::own(h.home / ".ssh", kBob);
         },
         {"step ssh-keys: make directory /home/bob/.ssh: File exists"}},
        {".ssh is a pipe",
         [](Home& h) {
             REQUIRE(mkfifo((h.home / ".ssh").c_str(), 0600) == 0);
             Home::own(h.home / ".ssh", kBob);
         },
         {"step ssh-keys: make directory /home/bob/.ssh: File exists"}},
        {"the home is a link to somebody else's",
         [](Home& h) {
             fs::remove(h.home);
             fs::create_directories(h.root / "home/mallory/.ssh");
             Home::own(h.root / "home/mallory", kMallory);
             fs::create_symlink("mallory", h.home);
         },
         {"error : /home/bob belongs to uid 1001, not to bob; no key is written there"}},
        {"the home is a link, and .ssh another user's",
         [](Home& h) {
             fs::rename(h.home, h.root / "home/elsewhere");
             fs::create_directory(h.root / "home/elsewhere/.ssh");
             Home::own(h.root / "home/elsewhere/.ssh", kMallory);
             fs::create_symlink("elsewhere", h.home);
         },
         {"error : /home/bob/.ssh belongs to uid 1001, not to bob; no key is written there"}},
        {"the file is a device",
         [](Home& h) {
             h.make_ssh(kBob, 0700);
             REQUIRE(mknod((h.home / ".ssh/authorized_keys").c_str(), S_IFCHR | 0600,
                           makedev(1, 3)) == 0);
             Home::own(h.home / ".ssh/authorized_keys", kBob);
         },
         {"error : read " + keys + ": not a regular file"}},
        {".ssh is another user's",
         [](Home& h) { h.make_ssh(kMallory, 0700); },
         {"error : /home/bob/.ssh belongs to uid 1001, not to bob; no key is written there"}},
        {"the home is another user's",
         [](Home& h) { Home::own(h.home, kMallory); },
         {"error : /home/bob belongs to uid 1001, not to bob; no key is written there"}},
        {"the file is another user's",
         [](Home& h) {
             h.make_ssh(kBob, 0700);
             write_file(h.home / ".ssh/authorized_keys", "");
             Home::own(h.home / ".ssh/authorized_keys", kMallory);
         },
         {"error : " + keys + " belongs to uid 1001, not to bob; no key is written there"}},
        {".ssh is open to everybody",
         [](Home& h) { h.make_ssh(kBob, 0777); },
         {"warning : others can write to /home/bob/.ssh, so sshd does not take the keys in it "
          "(StrictModes)"},
         true},
        {"the home is open to a group",
         [](Home& h) { REQUIRE(chmod(h.home.c_str(), 0775) == 0); },
         {"warning : others can write to /home/bob, so sshd does not take the keys in it "
          "(StrictModes)"},
         true},
    }));
    INFO(row.what);
    Home home;
    row.arrange(home);
    auto before = home.rest();
    CHECK(home.go() == row.complaints);
    CHECK(home.rest() == before);
    auto file = home.home / ".ssh/authorized_keys";
    bool arrived = fs::is_regular_file(fs::symlink_status(file)) &&
                   read_file(file).find(test_key('a')) != std::string::npos;
    CHECK(arrived == row.arrives);
}

TEST_CASE("what is new in a home is labelled for SELinux", "[hostile-home][selinux]")
{
    Home home;
    const std::string label("system_u:object_r:user_home_dir_t:s0\0", 37);
    if (geteuid() != 0 ||
        setxattr(home.home.c_str(), "security.selinux", label.data(), label.size(), 0) != 0) {
        WARN("no label can be set here; nothing is tested");
        return;
    }
    auto label_of = [](const fs::path& path) {
        std::string text(256, '\0');
        auto size = getxattr(path.c_str(), "security.selinux", text.data(), text.size());
        text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
        return text;
    };
    CHECK(home.go() == Lines{});
    const std::string wanted("system_u:object_r:ssh_home_t:s0\0", 32);
    CHECK(label_of(home.home / ".ssh") == wanted);
    CHECK(label_of(home.home / ".ssh/authorized_keys") == wanted);
}

}  // namespace
}  // namespace onectx::test
