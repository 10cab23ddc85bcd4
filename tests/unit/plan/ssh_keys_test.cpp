// The ssh-keys step: where keys go, what stays, and that links planted in a home lead nowhere.
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
    CHECK(paths_of(planned.step) == Lines{"/root/.ssh", "/root/.ssh/authorized_keys"});
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
    CHECK(paths_of(machine.run(plan_ssh_keys).step) == Lines{"/srv/bob/.ssh/authorized_keys"});
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
    REQUIRE(step.changes.size() == 2);
    CHECK(std::get<MakeDirectory>(step.changes[0]).anchor == "/srv/bob");
    CHECK(std::get<WriteFile>(step.changes[1]).anchor == "/srv/bob");
}

}  // namespace
}  // namespace onectx::test
