// The guest program as others call it: exit statuses, standard error verbatim, and that no secret
// comes out.

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "tests/support/catch.h"
#include "tests/support/files.h"
#include "tests/support/process.h"

namespace onectx::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::string_view kCanary = "Canary-7f3a9";

Finished guest(std::vector<std::string> arguments, const ProcessOptions& options = {})
{
    arguments.insert(arguments.begin(), built_program("onectx-guest"));
    return run_program(arguments, options);
}

// A small Debian below a folder, with a context that wishes for a bit of everything.
struct Machine {
    Machine()
    {
        write("etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n");
        write("etc/hostname", "debian\n");
        write("etc/hosts", "127.0.0.1\tlocalhost\n");
        write("etc/passwd", "root:x:0:0:root:/root:/bin/bash\n");
        write("etc/group", "root:x:0:\n");
        write("etc/shadow", "root:*:19700:0:99999:7:::\n");
        write("etc/network/interfaces", "auto lo\niface lo inet loopback\n");
        write("sbin/ifup", "");
        write("bin/bash", "");
        write("sys/class/net/eth0/address", "02:00:c0:a8:46:96\n");
        fs::create_directories(root() / "home");
        fs::create_directories(root() / "root");
        write_file(context(),
                   "SET_HOSTNAME='web01'\nUSERNAME='alice'\nPASSWORD='" + std::string(kCanary) +
                       "'\nETH0_MAC='02:00:c0:a8:46:96'\nETH0_IP='192.168.70.150'\n"
                       "ETH0_MASK='255.255.255.0'\nETH0_GATEWAY='192.168.70.1'\nDNS='9.9.9.9'\n");
    }
    void write(const std::string& name, std::string_view text) const
    {
        write_file(root() / name, text);
    }
    [[nodiscard]] fs::path root() const { return folder.path() / "root"; }
    [[nodiscard]] fs::path context() const { return folder.path() / "context.sh"; }
    [[nodiscard]] std::string text(const std::string& name) const
    {
        return read_file(root() / name);
    }
    [[nodiscard]] Finished run(std::vector<std::string> arguments) const
    {
        arguments.insert(arguments.end(),
                         {"--root", root().string(), "--context", context().string()});
        return guest(arguments);
    }

    TemporaryFolder folder;
};

// The context's user data, which appends to files that other wishes are written to.
constexpr std::string_view kAppending =
    "USER_DATA='#cloud-config\nmounts: [[/dev/vdb, /data, ext4]]\nwrite_files:\n"
    "- {path: /etc/hosts, content: \"192.0.2.1 peer\\n\", append: true}\n"
    "- {path: /etc/fstab, content: \"# mine\\n\", append: true}\n"
    "- {path: /root/.ssh/authorized_keys, content: \"# by hand\\n\", append: true}\n'\n"
    "SSH_PUBLIC_KEY='ssh-ed25519 "
    "AAAAC3NzaC1lZDI1NTE5AAAAIGp9tF/+UinsDckbovxIU3C3m3MYxqgrDXDq53EhOQT9 a@example.com'\n"
    "SET_HOSTNAME='web01'\n";

// What a second run must leave alone: every name with its inode and time of change, but /run.
std::map<std::string, std::string> fingerprint(const fs::path& root)
{
    std::map<std::string, std::string> prints;
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
        auto name = entry.path().lexically_relative(root).string();
        if (name.starts_with("run")) continue;
        struct stat status{};
        REQUIRE(lstat(entry.path().c_str(), &status) == 0);
        prints[name] = std::to_string(status.st_ino) + " " + std::to_string(status.st_ctim.tv_sec) +
                       "." + std::to_string(status.st_ctim.tv_nsec);
    }
    return prints;
}

}  // namespace

TEST_CASE("what is appended stands behind what the same run has written", "[cli]")
{
    Machine machine;
    write_file(machine.context(), kAppending);
    for (int run = 0; run < 2; ++run) {
        auto done = machine.run({"apply"});
        INFO(done.err);
        CHECK(done.status == 0);
        CHECK(machine.text("etc/hosts").find("127.0.1.1 web01") != std::string::npos);
        CHECK(machine.text("etc/hosts").ends_with("192.0.2.1 peer\n"));
        CHECK(machine.text("etc/fstab").find("\t/data\t") != std::string::npos);
        CHECK(machine.text("etc/fstab").ends_with("# mine\n"));
        const auto keys = machine.text("root/.ssh/authorized_keys");
        CHECK(keys.find(" a@example.com\n") != std::string::npos);
        CHECK(keys.ends_with("# by hand\n"));
    }
}

TEST_CASE("usage errors exit 2 and say what to do", "[cli]")
{
    struct Row {
        std::vector<std::string> arguments;
        std::string message;
    };
    const std::vector<Row> rows{
        {{}, "a command is needed; onectx-guest --help lists them"},
        {{"aply"}, "aply: no such command; onectx-guest --help lists them"},
        {{"apply", "--stage", "early"},
         "--stage early: no such stage; there are local, network and all"},
        {{"apply", "--stage"}, "--stage needs a value"},
        {{"apply", "--json"}, "--json: apply has no such option; see onectx-guest apply --help"},
        {{"plan", "--force"}, "--force: plan has no such option; see onectx-guest plan --help"},
        {{"plan", "--json=1"}, "--json takes no value"},
        {{"apply", "now"}, "now: apply takes no such argument"},
        {{"parse", "a", "b"}, "b: parse takes no such argument"},
        {{"apply", "--backend", "systemd-udevd"},
         "--backend systemd-udevd: no such back-end; there are interfaces, netplan, networkd, nm, "
         "scripts, netlink and none"},
    };
    for (const auto& row : rows) {
        auto finished = guest(row.arguments);
        CHECK(finished.status == 2);
        CHECK(finished.out.empty());
        CHECK(finished.err == "onectx-guest: " + row.message + "\n");
    }
}

TEST_CASE("help and version go to standard output and exit 0", "[cli]")
{
    CHECK(guest({"--version"}).out == "onectx-guest " ONECTX_VERSION "\n");
    for (const auto& arguments : std::vector<std::vector<std::string>>{{"--help"},
                                                                       {"apply", "--help"},
                                                                       {"plan", "-h"},
                                                                       {"parse", "--help"},
                                                                       {"facts", "--help"},
                                                                       {"install", "--help"},
                                                                       {"seal", "--help"},
                                                                       {"status", "--help"}}) {
        auto finished = guest(arguments);
        CHECK(finished.status == 0);
        CHECK(finished.out.starts_with("usage: onectx-guest"));
        CHECK(finished.err.empty());
    }
}

TEST_CASE("parse prints JSON and refuses commands with their place", "[cli]")
{
    auto finished = guest({"parse"}, {.input = "A='1'\nrm -rf /\nB=\"x $HOME\"\nC='it'\\''s'\n"});
    CHECK(finished.status == 1);
    CHECK(json::parse(finished.out) == json{{"A", "1"}, {"B", "x $HOME"}, {"C", "it's"}});
    CHECK(finished.err.starts_with("-:2:1: "));
    CHECK(finished.err.find("\n  rm -rf /\n  ^\n") != std::string::npos);
    CHECK(finished.err.find("-:3:6: warning: ") != std::string::npos);

    auto warned = guest({"parse", "-"}, {.input = "B=\"x $HOME\"\n"});
    CHECK(warned.status == 0);
    auto missing = guest({"parse", "/nonexistent/context.sh"});
    CHECK(missing.status == 1);
    CHECK(missing.err ==
          "onectx-guest: error: /nonexistent/context.sh: No such file or directory\n");
}

TEST_CASE("apply makes the machine so, once", "[cli]")
{
    Machine machine;
    auto first = machine.run({"apply"});
    INFO(first.err);
    CHECK(first.status == 0);
    CHECK(first.out.empty());
    CHECK(first.err.empty());
    CHECK(machine.text("etc/hostname") == "web01\n");
    CHECK(machine.text("etc/hosts").find("127.0.1.1 web01 # onectx\n") != std::string::npos);
    CHECK(machine.text("etc/network/interfaces").find("192.168.70.150") != std::string::npos);
    CHECK(machine.text("etc/resolv.conf").find("nameserver 9.9.9.9\n") != std::string::npos);
    CHECK(machine.text("etc/passwd").find("alice:x:1000:1000:") != std::string::npos);
    CHECK(machine.text("etc/shadow").find("alice:$") != std::string::npos);
    CHECK(fs::is_directory(machine.root() / "home/alice"));

    auto before = fingerprint(machine.root());
    auto second = machine.run({"apply"});
    CHECK(second.status == 0);
    CHECK(second.err.empty());
    CHECK(fingerprint(machine.root()) == before);

    auto planned = json::parse(machine.run({"plan", "--json"}).out);
    for (const auto& step : planned["steps"])
        CHECK(step["changes"].empty());

    auto status = guest({"status", "--json", "--root", machine.root().string()});
    auto runs = json::parse(status.out).at("runs");
    REQUIRE(runs.size() == 2);
    CHECK(runs[0]["result"] == "done");
    CHECK(runs[1]["result"] == "unchanged");
}

TEST_CASE("a password that the user changed stays; a new one in the context is set", "[cli]")
{
    Machine machine;
    REQUIRE(machine.run({"apply"}).status == 0);
    auto shadow = machine.text("etc/shadow");
    auto at = shadow.find("alice:") + 6;
    shadow.replace(at, shadow.find(':', at) - at, "$6$users$own");
    machine.write("etc/shadow", shadow);
    REQUIRE(machine.run({"apply"}).status == 0);
    REQUIRE(machine.run({"apply", "--force"}).status == 0);
    CHECK(machine.text("etc/shadow").find("alice:$6$users$own:") != std::string::npos);

    write_file(machine.context(), "USERNAME='alice'\nPASSWORD='another'\n");
    REQUIRE(machine.run({"apply"}).status == 0);
    CHECK(machine.text("etc/shadow").find("alice:$6$users$own:") == std::string::npos);
}

TEST_CASE("no output holds a secret", "[cli]")
{
    Machine machine;
    std::vector<Finished> all{machine.run({"plan"}), machine.run({"plan", "--json"}),
                              machine.run({"apply"})};
    auto hash = machine.text("etc/shadow");
    hash = hash.substr(hash.find("alice:") + 6);
    hash = hash.substr(0, hash.find(':'));
    all.push_back(machine.run({"plan", "--json"}));
    all.push_back(guest({"status", "--root", machine.root().string()}));
    all.push_back(guest({"status", "--json", "--root", machine.root().string()}));
    all.push_back(guest({"facts", "--json", "--root", machine.root().string()}));
    // A line that is refused is shown, but not when it would show a password.
    write_file(machine.context(), "PASSWORD='" + std::string(kCanary) + "' $(reboot)\n");
    all.push_back(machine.run({"apply"}));
    write_file(machine.context(), "PASSWORD='" + std::string(kCanary) + "\n");
    all.push_back(machine.run({"apply"}));
    all.push_back(guest({"parse", machine.context().string()}));
    for (const auto& finished : all)
        for (const auto& text : {finished.out, finished.err}) {
            CHECK(text.find(kCanary) == std::string::npos);
            CHECK(text.find(hash) == std::string::npos);
        }
    for (const auto& entry : fs::recursive_directory_iterator(machine.root())) {
        if (!entry.is_regular_file()) continue;
        INFO(entry.path());
        // What scripts read with `.` is the context itself, and root's alone.
        if (entry.path().filename() == "one_env") {
            struct stat status{};
            REQUIRE(stat(entry.path().c_str(), &status) == 0);
            CHECK((status.st_mode & 07777U) == 0400U);
            continue;
        }
        CHECK(read_file(entry.path()).find(kCanary) == std::string::npos);
    }
}

TEST_CASE("refused lines leave the rest and exit 1", "[cli]")
{
    Machine machine;
    write_file(machine.context(), "reboot now\nSET_HOSTNAME='still'\n");
    auto finished = machine.run({"apply"});
    CHECK(finished.status == 1);
    CHECK(finished.err.starts_with(machine.context().string() + ":1:1: "));
    CHECK(machine.text("etc/hostname") == "still\n");
    CHECK(finished.err.find("\n  reboot now\n  ^\n") != std::string::npos);
}

TEST_CASE("what is refused is not taken for unset", "[cli]")
{
    Machine machine;
    const std::string key =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILaOYSGVyITashbF6BKnHzm54fUe5cbx1jvmryhKNzLb a@b";
    write_file(machine.context(), "USERNAME='alice'\nPASSWORD='x'\nSSH_PUBLIC_KEY='" + key + "'\n");
    REQUIRE(machine.run({"apply"}).status == 0);
    auto keys = machine.text("home/alice/.ssh/authorized_keys");
    auto shadow = machine.text("etc/shadow");
    for (const auto* context : {
             "USERNAME='alice'\nPASSWORD='x'\nSSH_PUBLIC_KEY=ssh-ed25519 AAAA k1\n",
             "USERNAME='alice'\nreboot now\n",
             "USERNAME=$X\nPASSWORD='y'\nSSH_PUBLIC_KEY='ssh-ed25519 AAAA k'\n",
             "USERNAME='alice'\nCRYPTED_PASSWORD=\"$6$x\"$y\nPASSWORD='fallback'\n",
             "PASSWORD='cut off",
         }) {
        INFO(context);
        write_file(machine.context(), context);
        CHECK(machine.run({"apply"}).status == 1);
        CHECK(machine.text("home/alice/.ssh/authorized_keys") == keys);
        CHECK(machine.text("etc/shadow") == shadow);
        CHECK_FALSE(fs::exists(machine.root() / "root/.ssh"));
    }
}

TEST_CASE("a failed wish stops no other", "[cli]")
{
    Machine machine;
    fs::remove(machine.root() / "etc/hosts");
    fs::create_directories(machine.root() / "etc/hosts");  // a directory where a file should be
    auto finished = machine.run({"apply"});
    CHECK(finished.status == 1);
    CHECK(finished.err.find("/etc/hosts: ") != std::string::npos);
    CHECK(machine.text("etc/passwd").find("alice:") != std::string::npos);
    auto status = guest({"status", "--json", "--root", machine.root().string()});
    CHECK(json::parse(status.out)["runs"][0]["result"] == "failed");
}

TEST_CASE("a record of runs that cannot be read stops no run", "[cli]")
{
    Machine machine;
    const std::string record = "run/onectx/status.json";
    machine.write(record, std::string(100000, '['));
    const auto status = [&] { return guest({"status", "--root", machine.root().string()}); };
    CHECK(status().status == 1);
    CHECK(status().err == "onectx-guest: error: read /run/onectx/status.json: it is damaged\n");
    const auto finished = machine.run({"apply"});
    CHECK(finished.status == 0);
    CHECK(finished.err ==
          "onectx-guest: warning: read /run/onectx/status.json: it is damaged; the "
          "record of runs is begun anew\n");
    CHECK(machine.text("etc/hostname") == "web01\n");
    CHECK(status().status == 0);
}

TEST_CASE("a context of nothing but mistakes leaves a machine that is told of them", "[cli]")
{
    Machine machine;
    std::string text = "SET_HOSTNAME='web01'\nINIT_SCRIPTS='";
    for (int word = 0; word < 300000; ++word)
        text += "x/ ";
    write_file(machine.context(), text + "'\n");
    const auto finished = machine.run({"apply"});
    CHECK(finished.status == 1);
    CHECK(finished.err.size() < 16384);
    CHECK(finished.err.find("error: and 925 more of the kind\n") != std::string::npos);
    CHECK(fs::file_size(machine.root() / "run/onectx/status.json") < 65536);
    CHECK(machine.text("etc/hostname") == "web01\n");
}

TEST_CASE("no context exits 3, one that cannot be read exits 4", "[cli]")
{
    Machine machine;
    fs::create_directories(machine.folder.path() / "empty");
    auto with = [&](const fs::path& context) {
        return guest({"apply", "--root", machine.root().string(), "--context", context.string()});
    };
    CHECK(with(machine.folder.path() / "empty").status == 3);
    CHECK(with(machine.folder.path() / "nowhere").status == 3);
    auto offline = guest({"apply", "--root", machine.root().string()});
    CHECK(offline.status == 3);

    auto big = machine.folder.path() / "big";
    write_file(big, "");
    fs::resize_file(big, 100U << 20U);
    auto garbage = with(big);
    CHECK(garbage.status == 4);
    CHECK(garbage.err.find("big: ") != std::string::npos);
    CHECK(machine.text("etc/hostname") == "debian\n");
}

TEST_CASE("without a context, guest.conf may have MACs made into addresses", "[cli]")
{
    Machine machine;
    machine.write("etc/onectx/guest.conf", "[network]\nmac-to-ip = yes\n");
    auto apply = [&] { return guest({"apply", "--root", machine.root().string()}); };
    auto first = apply();
    CHECK(first.status == 0);
    CHECK(first.err ==
          "onectx-guest: no context found; addresses are made from MACs (mac-to-ip)\n");
    CHECK(machine.text("etc/network/interfaces").find("address 192.168.70.150") !=
          std::string::npos);
    CHECK(machine.text("etc/hostname") == "debian\n");
    auto before = fingerprint(machine.root());
    CHECK(apply().status == 0);
    CHECK(fingerprint(machine.root()) == before);

    // A machine that had a context keeps what that wanted.
    machine.write("etc/network/interfaces", "auto lo\niface lo inet loopback\n");
    machine.write("var/lib/onectx/context-seen", "");
    CHECK(apply().status == 3);
    CHECK(machine.text("etc/network/interfaces") == "auto lo\niface lo inet loopback\n");
}

TEST_CASE("a note is left once and taken by one run", "[cli]")
{
    Machine machine;
    auto note = machine.root() / "run/onectx/pending";
    CHECK(machine.run({"apply", "--pending"}).status == 0);
    CHECK(machine.text("etc/hostname") == "debian\n");
    for (int event = 0; event < 3; ++event)
        CHECK(guest({"trigger", "--root", machine.root().string()}).status == 0);
    CHECK(fs::exists(note));
    auto applied = machine.run({"apply", "--pending"});
    CHECK(applied.status == 0);
    CHECK(machine.text("etc/hostname") == "web01\n");
    CHECK_FALSE(fs::exists(note));
}

TEST_CASE("plan touches nothing", "[cli]")
{
    Machine machine;
    auto before = fingerprint(machine.root());
    auto finished = machine.run({"plan"});
    CHECK(finished.status == 0);
    CHECK(finished.out.find("+web01\n") != std::string::npos);
    CHECK(fingerprint(machine.root()) == before);
    CHECK_FALSE(fs::exists(machine.root() / "run"));
}

// Everything but owners, and what is made of salts, keys and times.
std::map<std::string, std::string> outline(const fs::path& root)
{
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
        struct stat status{};
        REQUIRE(lstat(entry.path().c_str(), &status) == 0);
        auto name = entry.path().lexically_relative(root).string();
        const bool is_fixed = entry.is_regular_file() && name != "etc/shadow" &&
                              name.find("/onectx/") == std::string::npos;
        files[name] =
            std::to_string(status.st_mode) + "\n" + (is_fixed ? read_file(entry.path()) : "");
    }
    return files;
}

TEST_CASE("a tree of one's own needs no privilege", "[cli]")
{
    if (geteuid() != 0) SUCCEED("the rest of the suite runs without privileges then");
    if (geteuid() != 0) return;
    Machine machine;
    constexpr unsigned kNobody = 65534;
    for (const auto& entry : fs::recursive_directory_iterator(machine.folder.path()))
        REQUIRE(lchown(entry.path().c_str(), kNobody, kNobody) == 0);
    REQUIRE(lchown(machine.folder.path().c_str(), kNobody, kNobody) == 0);
    auto program = machine.folder.path() / "onectx-guest";
    fs::copy_file(built_program("onectx-guest"), program);
    auto run = [&] {
        return run_program({program.string(), "apply", "--root", machine.root().string(),
                            "--context", machine.context().string()},
                           {.user = kNobody});
    };
    auto first = run();
    CHECK(first.status == 0);
    // All that is new should be root's or alice's.
    auto left = [](const std::string& step, const std::vector<std::string>& paths) {
        std::string line = "onectx-guest: warning: " + step + ":";
        for (const auto& path : paths)
            line += (path == paths.front() ? "" : ";") + std::string(" owner of ") + path +
                    " left as it is: not privileged";
        return line + "\n";
    };
    CHECK(first.err ==
          left("state", {"/var/lib/onectx", "/var/lib/onectx/key"}) +
              left("hostname", {"/var/lib/onectx/applied-hostname"}) +
              left("network", {"/var/lib/onectx/applied-network"}) +
              left("resolver", {"/etc/resolv.conf", "/var/lib/onectx/applied-resolver"}) +
              left("users", {"/var/lib/onectx/unfinished-homes", "/var/lib/onectx/passwords",
                             "/home/alice", "/var/lib/onectx/applied-users"}) +
              left("ssh-keys", {"/var/lib/onectx/applied-ssh-keys"}));
    auto before = fingerprint(machine.root());
    Machine of_root;
    CHECK(of_root.run({"apply"}).status == 0);
    CHECK(outline(machine.root()) == outline(of_root.root()));
    CHECK(run().status == 0);
    CHECK(fingerprint(machine.root()) == before);
}

}  // namespace onectx::test
