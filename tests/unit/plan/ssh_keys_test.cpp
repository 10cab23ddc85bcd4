// The ssh-keys step: where keys go, what stays, and that links planted in a home lead nowhere.
#include <algorithm>

#include "tests/support/catch.h"
#include "tests/support/machine.h"

namespace onectx::test {
namespace {

using Lines = std::vector<std::string>;

const std::vector<Planner> kBoth{plan_users, plan_ssh_keys};

void fill(MemoryTree& tree)
{
    tree.file("/etc/passwd",
              "root:x:0:0:root:/root:/bin/bash\n"
              "bob:x:1000:100:Bob:/srv/bob/:/bin/sh\n"
              "nohome:x:1001:1001::/nonexistent:/bin/sh\n"
              "slash:x:1002:1002::/:/bin/sh\n"
              "dots:x:1003:1003::/home/../etc:/bin/sh\n"
              "gone:x:1004:1004::/home/gone:/bin/sh\n"
              "short:x:1005:1005\n")
        .file("/etc/group", "root:x:0:\nusers:x:100:\n")
        .file("/etc/shadow", "root:*:::::::\n")
        .directory("/root", 0700)
        .directory("/srv/bob", 0755, 1000, 100);
}

std::string block_of(const std::string& keys)
{
    return "# BEGIN onectx\n" + keys + "# END onectx\n";
}

TEST_CASE("keys of root", "[ssh-keys]")
{
    Machine machine;
    fill(machine.tree);
    machine.context = context_of({{"SSH_PUBLIC_KEY", test_key('a') + "\n" + test_key('b')}});
    auto planned = machine.run(plan_ssh_keys);
    CHECK(paths_of(planned.step) == Lines{"/var/lib/onectx", "/var/lib/onectx/keys", "/root/.ssh",
                                          "/root/.ssh/authorized_keys"});
    CHECK(machine.text_of("/root/.ssh/authorized_keys") ==
          block_of(test_key('a') + "\n" + test_key('b') + "\n"));
    const auto& nodes = machine.tree.nodes();
    CHECK(nodes.at("/root/.ssh").status == FileStatus{FileType::directory, 0700, 0, 0});
    CHECK(nodes.at("/root/.ssh/authorized_keys").status ==
          FileStatus{FileType::regular, 0600, 0, 0});
    CHECK(machine.run(plan_ssh_keys).step.changes.empty());

    SECTION("a key that leaves the context leaves the file (one-apps 387)")
    {
        machine.context = context_of({{"SSH_PUBLIC_KEY", test_key('b')}});
        CHECK(paths_of(machine.run(plan_ssh_keys).step) == Lines{"/root/.ssh/authorized_keys"});
        CHECK(machine.text_of("/root/.ssh/authorized_keys") == block_of(test_key('b') + "\n"));
    }
    SECTION("all keys leave")
    {
        machine.context = {};
        machine.run(plan_ssh_keys);
        CHECK(machine.text_of("/root/.ssh/authorized_keys").empty());
        CHECK(machine.run(plan_ssh_keys).step.changes.empty());
    }
    SECTION("a value without any key takes none away")
    {
        machine.context = context_of({{"SSH_PUBLIC_KEY", "no key"}});
        CHECK(machine.run(plan_ssh_keys).step.changes.empty());
    }
    SECTION("a refused USERNAME takes none away")
    {
        machine.context = context_of({{"USERNAME", "a:b"}});
        CHECK(machine.run(plan_ssh_keys).step.changes.empty());
    }
    SECTION("the image's policy takes none away")
    {
        machine.context = {};
        machine.policy.ssh_keys = Rule::off;
        CHECK(machine.run(plan_ssh_keys).step.changes.empty());
    }
}

TEST_CASE("an existing user: home of passwd, numbers, mode and lines kept", "[ssh-keys]")
{
    Machine machine;
    fill(machine.tree);
    machine.tree.directory("/srv/bob/.ssh", 0755, 1000, 100)
        .file("/srv/bob/.ssh/authorized_keys", "ssh-rsa mine", 0640, 1000, 7);
    machine.context = context_of({{"USERNAME", "bob"}, {"SSH_PUBLIC_KEY", test_key('a')}});
    CHECK(paths_of(machine.run(plan_ssh_keys).step) ==
          Lines{"/var/lib/onectx", "/var/lib/onectx/keys", "/srv/bob/.ssh/authorized_keys"});
    const auto& node = machine.tree.nodes().at("/srv/bob/.ssh/authorized_keys");
    CHECK(node.content == "ssh-rsa mine\n" + block_of(test_key('a') + "\n"));
    CHECK(node.status == FileStatus{FileType::regular, 0640, 1000, 7});
    CHECK(machine.tree.nodes().at("/srv/bob/.ssh").status.mode == 0755);
}

TEST_CASE("a new user: home, directory and file are the user's", "[ssh-keys]")
{
    Machine machine;
    fill(machine.tree);
    machine.context = context_of({{"USERNAME", "alice"}, {"SSH_PUBLIC_KEY", test_key('a')}});
    CHECK(machine.run(kBoth).problems.empty());
    const auto& nodes = machine.tree.nodes();
    CHECK(nodes.at("/home/alice/.ssh").status == FileStatus{FileType::directory, 0700, 1006, 1006});
    CHECK(nodes.at("/home/alice/.ssh/authorized_keys").status ==
          FileStatus{FileType::regular, 0600, 1006, 1006});
    CHECK(machine.run(kBoth).step.changes.empty());
}

TEST_CASE("a home that is missing is made", "[ssh-keys]")
{
    for (bool users : {true, false}) {
        Machine machine;
        fill(machine.tree);
        machine.policy.users = users ? Rule::on_change : Rule::off;
        machine.context = context_of({{"USERNAME", "gone"}, {"SSH_PUBLIC_KEY", test_key('a')}});
        CHECK(machine.run(kBoth).problems.empty());
        CHECK(machine.tree.nodes().at("/home/gone").status ==
              FileStatus{FileType::directory, 0700, 1004, 1004});
        CHECK(machine.text_of("/home/gone/.ssh/authorized_keys") == block_of(test_key('a') + "\n"));
        CHECK(machine.run(kBoth).step.changes.empty());
    }
}

TEST_CASE("accounts without a home for keys", "[ssh-keys]")
{
    struct Row {
        std::string name;
        bool users;
        std::string message;
    };
    for (const auto& row : std::vector<Row>{
             {"nohome", true, "nohome has no home to put keys into"},
             {"slash", true, "slash has no home to put keys into"},
             {"dots", true, "dots has no home to put keys into"},
             {"short", true, "short has no home to put keys into"},
             {"alice", false, "there is no account alice"},
         }) {
        INFO(row.name);
        Machine machine;
        fill(machine.tree);
        machine.policy.users = row.users ? Rule::on_change : Rule::off;
        machine.context = context_of({{"USERNAME", row.name}, {"SSH_PUBLIC_KEY", test_key('a')}});
        CHECK(to_lines(machine.run(plan_ssh_keys).problems) == Lines{"error : " + row.message});
        // Without keys there is nothing to complain about.
        machine.context = context_of({{"USERNAME", row.name}});
        CHECK(machine.run(plan_ssh_keys).problems.empty());
    }
}

TEST_CASE("links below a home are not followed", "[ssh-keys]")
{
    for (bool directory : {true, false}) {
        Machine machine;
        fill(machine.tree);
        machine.tree.file("/etc/cron.d/authorized_keys", "root's\n");
        if (directory)
            machine.tree.link("/srv/bob/.ssh", "/etc/cron.d");
        else
            machine.tree.directory("/srv/bob/.ssh", 0700, 1000, 100)
                .link("/srv/bob/.ssh/authorized_keys", "/etc/cron.d/authorized_keys");
        machine.context = context_of({{"USERNAME", "bob"}, {"SSH_PUBLIC_KEY", test_key('a')}});
        auto planned = machine.run(plan_ssh_keys);
        REQUIRE(planned.problems.size() == 1);
        CHECK(planned.problems[0].error);
        CHECK(machine.text_of("/etc/cron.d/authorized_keys") == "root's\n");
    }
}

TEST_CASE("a home that is a link itself is followed", "[ssh-keys]")
{
    Machine machine;
    fill(machine.tree);
    machine.tree.remove("/srv/bob")
        .directory("/data/bob", 0755, 1000, 100)
        .link("/srv/bob", "/data/bob");
    machine.context = context_of({{"USERNAME", "bob"}, {"SSH_PUBLIC_KEY", test_key('a')}});
    CHECK(machine.run(plan_ssh_keys).problems.empty());
    CHECK(machine.text_of("/data/bob/.ssh/authorized_keys") == block_of(test_key('a') + "\n"));
    CHECK(machine.run(plan_ssh_keys).step.changes.empty());
}

TEST_CASE("every change of the step is below the home as its anchor", "[ssh-keys]")
{
    Machine machine;
    fill(machine.tree);
    machine.context = context_of({{"USERNAME", "bob"}, {"SSH_PUBLIC_KEY", test_key('a')}});
    auto step = machine.plan(plan_ssh_keys)->step;
    // The record of where keys are comes first.
    REQUIRE(paths_of(step) == Lines{"/var/lib/onectx", "/var/lib/onectx/keys", "/srv/bob/.ssh",
                                    "/srv/bob/.ssh/authorized_keys"});
    CHECK(std::get<MakeDirectory>(step.changes[2]).anchor == "/srv/bob");
    CHECK(std::get<WriteFile>(step.changes[3]).anchor == "/srv/bob");
}

const std::string kRoots = "/root/.ssh/authorized_keys";
const std::string kBobs = "/srv/bob/.ssh/authorized_keys";

TEST_CASE("keys of a user that the context no longer names go", "[ssh-keys]")
{
    Machine machine;
    fill(machine.tree);
    machine.tree.file(kBobs, test_key('m') + "\n", 0600, 1000, 100);
    machine.context = context_of({{"USERNAME", "bob"}, {"SSH_PUBLIC_KEY", test_key('a')}});
    machine.run(kBoth);
    REQUIRE(machine.text_of(kBobs) == test_key('m') + "\n" + block_of(test_key('a') + "\n"));
    CHECK(machine.run(kBoth).step.changes.empty());

    machine.context = context_of({{"SSH_PUBLIC_KEY", test_key('a')}});
    CHECK(machine.run(kBoth).problems.empty());
    CHECK(machine.text_of(kBobs) == test_key('m') + "\n");
    CHECK(machine.text_of(kRoots) == block_of(test_key('a') + "\n"));
    CHECK(machine.run(kBoth).step.changes.empty());

    SECTION("an account that is gone needs nothing")
    {
        machine.tree.file("/etc/passwd", "bob:x:1000:100::/srv/bob:/bin/sh\n");
        machine.context = context_of({{"USERNAME", "bob"}});
        CHECK(machine.run(plan_ssh_keys).problems.empty());
    }
}

TEST_CASE("keys for more users than one", "[ssh-keys]")
{
    Machine machine;
    fill(machine.tree);
    machine.tree.file("/etc/shadow", "root:!:::::::\nbob:!!:::::::\n");
    machine.context = context_of({{"BOB_SSH_PUBLIC_KEY", test_key('b')},
                                  {"ROOT_PUBKEY", test_key('r')},
                                  {"SSH_PUBLIC_KEY", test_key('a')},
                                  {"ALICE_SSH_PUBLIC_KEY", test_key('x')}});
    CHECK(to_lines(machine.run(kBoth).problems) ==
          Lines{"error ALICE_SSH_PUBLIC_KEY: there is no account of that name"});
    CHECK(machine.text_of(kRoots) == block_of(test_key('a') + "\n" + test_key('r') + "\n"));
    CHECK(machine.text_of(kBobs) == block_of(test_key('b') + "\n"));
    CHECK(machine.text_of("/etc/shadow") == "root:*:::::::\nbob:*:::::::\n");
    CHECK(machine.run(kBoth).step.changes.empty());

    machine.context = context_of({{"SSH_PUBLIC_KEY", test_key('a')}});
    CHECK(machine.run(kBoth).problems.empty());
    CHECK(machine.text_of(kRoots) == block_of(test_key('a') + "\n"));
    CHECK(machine.text_of(kBobs).empty());
}

TEST_CASE("a name that a variable cannot tell from another is nobody's", "[ssh-keys]")
{
    Machine machine;
    fill(machine.tree);
    machine.tree.file("/etc/passwd",
                      "root:x:0:0::/root:/bin/sh\na.b:x:1:1::/home/x:/bin/sh\n"
                      "a-b:x:2:2::/home/y:/bin/sh\nc-d:x:3:3::/home/z:/bin/sh\n");
    machine.tree.directory("/home/z", 0755, 3, 3);
    machine.context =
        context_of({{"A_B_SSH_PUBLIC_KEY", test_key('a')}, {"C_D_SSH_PUBLIC_KEY", test_key('c')}});
    CHECK(to_lines(machine.run(plan_ssh_keys).problems) ==
          Lines{"error A_B_SSH_PUBLIC_KEY: there is no account of that name"});
    CHECK(machine.text_of("/home/z/.ssh/authorized_keys") == block_of(test_key('c') + "\n"));
}

TEST_CASE("SSH_PUBLIC_KEY_EXCLUSIVE leaves no other line", "[ssh-keys]")
{
    Machine machine;
    fill(machine.tree);
    const auto mine = "# mine\n" + test_key('m') + "\n";
    machine.tree.file(kRoots, mine, 0600);
    machine.context = context_of({{"SSH_PUBLIC_KEY_EXCLUSIVE", "YES"}});
    machine.run(plan_ssh_keys);
    CHECK(machine.text_of(kRoots) == mine);  // without a key of ours, nobody is locked out
    machine.context["SSH_PUBLIC_KEY"] = {test_key('a'), 0};
    machine.run(plan_ssh_keys);
    CHECK(machine.text_of(kRoots) == block_of(test_key('a') + "\n"));
    CHECK(machine.run(plan_ssh_keys).step.changes.empty());
}

TEST_CASE("keys go where sshd looks for them", "[ssh-keys]")
{
    struct Row {
        std::string pattern;
        std::string path;
        FileStatus status;
    };
    for (const auto& row : std::vector<Row>{
             {"/etc/ssh/keys/%u", "/etc/ssh/keys/bob", {FileType::regular, 0644, 0, 0}},
             {"%h/.config/ssh/keys",
              "/srv/bob/.config/ssh/keys",
              {FileType::regular, 0600, 1000, 100}},
             {"keys", "/srv/bob/keys", {FileType::regular, 0600, 1000, 100}},
         }) {
        CAPTURE(row.pattern);
        Machine machine;
        fill(machine.tree);
        machine.tree.file("/etc/ssh/sshd_config", "AuthorizedKeysFile " + row.pattern + "\n");
        machine.context = context_of({{"USERNAME", "bob"}, {"SSH_PUBLIC_KEY", test_key('a')}});
        CHECK(machine.run(plan_ssh_keys).problems.empty());
        CHECK(machine.text_of(row.path) == block_of(test_key('a') + "\n"));
        CHECK(machine.tree.nodes().at(row.path).status == row.status);
        CHECK(machine.run(plan_ssh_keys).step.changes.empty());
    }
    Machine none;
    fill(none.tree);
    none.tree.file("/etc/ssh/sshd_config", "AuthorizedKeysFile none\n");
    CHECK(none.run(plan_ssh_keys).problems.empty());
    none.context = context_of({{"SSH_PUBLIC_KEY", test_key('a')}});
    CHECK(to_lines(none.run(plan_ssh_keys).problems) ==
          Lines{"error : sshd reads no file of keys (AuthorizedKeysFile none)"});
}

TEST_CASE("a home that its user made a link of is not followed", "[ssh-keys]")
{
    Machine machine;
    fill(machine.tree);
    machine.tree
        .file("/etc/passwd",
              "root:x:0:0:root:/root:/bin/bash\nbob:x:1000:100::/srv/bob/home:/bin/sh\n")
        .link("/srv/bob/home", "/root");
    machine.context = context_of({{"USERNAME", "bob"}, {"SSH_PUBLIC_KEY", test_key('a')}});
    const auto planned = machine.run(plan_ssh_keys);
    CHECK(planned.step.changes.empty());
    REQUIRE(planned.problems.size() == 1);
    CHECK(planned.problems[0].error);
    CHECK_FALSE(machine.tree.nodes().contains("/root/.ssh"));
}

TEST_CASE("a place that sshd_config names in a user's directory is his ground", "[ssh-keys]")
{
    Machine machine;
    fill(machine.tree);
    machine.tree.file("/etc/ssh/sshd_config", "AuthorizedKeysFile /data/%u/keys\n")
        .directory("/data/bob", 0755, 1000, 100)
        .link("/data/bob/keys", "/etc/shadow");
    const auto shadow = machine.text_of("/etc/shadow");
    machine.context = context_of({{"USERNAME", "bob"},
                                  {"SSH_PUBLIC_KEY", test_key('a')},
                                  {"SSH_PUBLIC_KEY_EXCLUSIVE", "YES"}});
    CHECK(machine.run(plan_ssh_keys).problems.size() == 1);
    CHECK(machine.text_of("/etc/shadow") == shadow);

    machine.tree.remove("/data/bob/keys").link("/data/bob/keys", "/etc/evil");
    CHECK(machine.run(plan_ssh_keys).problems.size() == 1);
    CHECK_FALSE(machine.tree.nodes().contains("/etc/evil"));

    machine.tree.remove("/data/bob/keys");
    CHECK(machine.run(plan_ssh_keys).problems.empty());
    CHECK(machine.text_of("/data/bob/keys") == block_of(test_key('a') + "\n"));

    // And not when it is somebody else's.
    machine.tree.directory("/data/gone", 0755, 1000, 100);
    machine.context = context_of({{"USERNAME", "gone"}, {"SSH_PUBLIC_KEY", test_key('a')}});
    CHECK(machine.run(plan_ssh_keys).problems.size() == 1);
    CHECK_FALSE(machine.tree.nodes().contains("/data/gone/keys"));
}

TEST_CASE("keys are not taken out over a link that a user left behind", "[ssh-keys]")
{
    Machine machine;
    fill(machine.tree);
    machine.context = context_of({{"USERNAME", "bob"},
                                  {"SSH_PUBLIC_KEY", test_key('a')},
                                  {"ROOT_SSH_PUBLIC_KEY", test_key('b')}});
    machine.run(plan_ssh_keys);
    const auto roots = machine.text_of("/root/.ssh/authorized_keys");
    REQUIRE(roots == block_of(test_key('b') + "\n"));
    machine.tree.remove("/srv/bob/.ssh/authorized_keys")
        .link("/srv/bob/.ssh/authorized_keys", "/root/.ssh/authorized_keys")
        .directory("/home/bob", 0755, 1000, 100)
        .file("/etc/passwd",
              "root:x:0:0:root:/root:/bin/bash\nbob:x:1000:100::/home/bob:/bin/sh\n");
    machine.run(plan_ssh_keys);
    CHECK(machine.text_of("/root/.ssh/authorized_keys") == roots);
    CHECK(machine.text_of("/home/bob/.ssh/authorized_keys") == block_of(test_key('a') + "\n"));
}

TEST_CASE("one file for all users holds the keys of all", "[ssh-keys]")
{
    Machine machine;
    fill(machine.tree);
    machine.tree.file("/etc/ssh/sshd_config", "AuthorizedKeysFile /etc/ssh/keys\n");
    machine.context = context_of({{"USERNAME", "bob"},
                                  {"SSH_PUBLIC_KEY", test_key('a')},
                                  {"ROOT_SSH_PUBLIC_KEY", test_key('b')},
                                  {"GONE_SSH_PUBLIC_KEY", test_key('a')}});
    machine.run(plan_ssh_keys);
    CHECK(machine.text_of("/etc/ssh/keys") ==
          block_of(test_key('a') + "\n" + test_key('b') + "\n"));
    CHECK(machine.run(plan_ssh_keys).step.changes.empty());

    machine.context = context_of({{"USERNAME", "bob"}, {"SSH_PUBLIC_KEY", test_key('a')}});
    machine.run(plan_ssh_keys);
    CHECK(machine.text_of("/etc/ssh/keys") == block_of(test_key('a') + "\n"));
    CHECK(machine.run(plan_ssh_keys).step.changes.empty());
}

TEST_CASE("a new user's home that is somebody else's gets no keys", "[ssh-keys]")
{
    Machine machine;
    fill(machine.tree);
    machine.tree.directory("/home/deploy", 0755, 1001, 1001);
    machine.context = context_of({{"USERNAME", "deploy"}, {"SSH_PUBLIC_KEY", test_key('a')}});
    const auto planned = machine.run(kBoth);
    CHECK_FALSE(machine.tree.nodes().contains("/home/deploy/.ssh"));
    const auto lines = to_lines(planned.problems);
    CHECK(std::find(lines.begin(), lines.end(),
                    "error : /home/deploy belongs to uid 1001, not to deploy; no key is written "
                    "there") != lines.end());
    // The number that the new account is given is that of a home which outlived the system.
    machine.tree.directory("/home/deploy", 0755, 1006, 1006);
    machine.run(kBoth);
    CHECK(machine.text_of("/home/deploy/.ssh/authorized_keys") == block_of(test_key('a') + "\n"));
}

}  // namespace
}  // namespace onectx::test
