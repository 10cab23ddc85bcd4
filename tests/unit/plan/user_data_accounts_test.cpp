// Accounts, groups and passwords of user data.
#include <algorithm>

#include "guest/plan/account_files.h"
#include "tests/support/catch.h"
#include "tests/support/data_machine.h"

namespace onectx::test {

TEST_CASE("a run that was killed between group and gshadow is gone on with", "[user-data]")
{
    DataMachine undisturbed;
    const std::string wish = "users:\n- name: eve\n  groups: wheel\n";
    undisturbed.say(wish);
    undisturbed.run(Stage::local);
    DataMachine machine;
    machine.tree.file("/etc/group", undisturbed.text_of("/etc/group"));
    machine.say(wish);
    machine.run(Stage::local);
    for (const auto* file : {"/etc/group", "/etc/gshadow", "/etc/passwd", "/etc/shadow"})
        CHECK(machine.text_of(file) == undisturbed.text_of(file));
    CHECK(machine.text_of("/etc/gshadow").find("wheel:!::eve\n") != std::string::npos);
}

TEST_CASE("accounts of user data", "[user-data]")
{
    const auto hash = "$6$salt$" + std::string(86, 'a');
    DataMachine machine;
    machine.tree.file("/etc/subuid", "").file("/etc/skel/.profile", "# skel\n");
    machine.say(
        "groups:\n- admins: [bob, eve, nobody]\n- empty\nusers:\n- default\n- name: eve\n"
        "  gecos: Eve E.\n  groups: users, wheel\n  shell: /bin/sh\n  uid: 1500\n"
        "  sudo: ALL=(ALL) NOPASSWD:ALL\n  lock_passwd: false\n  passwd: " +
        hash + "\n  expiredate: '2032-09-01'\n  ssh_authorized_keys: [" + test_key('e') +
        "]\n"
        "- {name: daemon1, system: true}\n- {name: crew, no_user_group: true, homedir: /srv/crew}\n"
        "- {name: bob, sudo: [ALL=(ALL) ALL, 'ALL=(root) /bin/ls'], passwd: " +
        hash +
        ", lock_passwd: false}\n- {name: taken, uid: 1000}\n"
        "chpasswd: {expire: true, list: ['bob:new', 'ghost:x']}\n");
    CHECK(machine.run(Stage::local) ==
          Lines{"users", "ssh-keys", "error USER_DATA: 20:3: users[5]: uid 1000 is taken",
                "error USER_DATA: groups: there is no account nobody",
                "error USER_DATA: there is no account ghost for a password"});
    CHECK(machine.text_of("/etc/passwd") ==
          "root:x:0:0:root:/root:/bin/bash\nbob:x:1000:1000:Bob:/home/bob:/bin/sh\n"
          "eve:x:1500:1500:Eve E.:/home/eve:/bin/sh\n"
          "daemon1:x:101:101::/home/daemon1:/bin/bash\ncrew:x:1001:100::/srv/crew:/bin/bash\n");
    CHECK(machine.text_of("/etc/group") ==
          "root:x:0:\nusers:x:100:eve\nbob:x:1000:\nadmins:x:1001:bob,eve\nempty:x:1002:\n"
          "eve:x:1500:\nwheel:x:1003:eve\ndaemon1:x:101:\n");
    const AccountFile shadow(machine.text_of("/etc/shadow"));
    const auto eve = shadow.find("eve");
    REQUIRE(eve);
    CHECK((*eve)[1] == hash);
    CHECK((*eve)[7] == "22889");
    // The hash of `passwd` is for an account that is made; chpasswd's is for any, and has expired.
    const auto bob = shadow.find("bob");
    REQUIRE(bob);
    CHECK((*bob)[1].starts_with("$6$"));
    CHECK((*bob)[1] != hash);
    CHECK((*bob)[2] == "0");
    CHECK(machine.text_of("/etc/sudoers.d/91-onectx-user-data") ==
          "# From the user data of the OpenNebula context.\neve ALL=(ALL) NOPASSWD:ALL\n"
          "bob ALL=(ALL) ALL\nbob ALL=(root) /bin/ls\n");
    CHECK(machine.text_of("/home/eve/.profile") == "# skel\n");
    CHECK(machine.text_of("/home/eve/.ssh/authorized_keys").find(test_key('e')) !=
          std::string::npos);
    CHECK_FALSE(machine.tree.nodes().contains("/home/daemon1"));
    CHECK(machine.tree.nodes().contains("/srv/crew"));
    const auto again = machine.run(Stage::local);
    CHECK(std::find(again.begin(), again.end(), "users") == again.end());
    CHECK(std::find(again.begin(), again.end(), "ssh-keys") == again.end());
}

TEST_CASE("homes that a killed run owes are made, and others are not", "[user-data]")
{
    DataMachine machine;
    machine.tree.file("/etc/skel/.profile", "# skel\n");
    machine.say("users: [{name: eve}, {name: mallory}]\n");
    CHECK(machine.run(Stage::local) == Lines{"users"});
    CHECK(machine.text_of("/var/lib/onectx/unfinished-homes") == "(none)");
    for (const auto* path : {"/home/eve/.profile", "/home/eve", "/home/mallory/.profile"})
        machine.tree.remove(path);
    CHECK(machine.run(Stage::local) == kNothing);
    machine.tree.remove("/var/lib/onectx/applied-users");
    CHECK(machine.run(Stage::local) == kNothing);
    machine.tree.file("/var/lib/onectx/unfinished-homes", "/home/gone\n/home/eve\n");
    CHECK(machine.run(Stage::local) == Lines{"users"});
    CHECK(machine.text_of("/home/eve/.profile") == "# skel\n");
    CHECK(machine.text_of("/home/mallory/.profile") == "(none)");
    CHECK(machine.text_of("/var/lib/onectx/unfinished-homes") == "(none)");
}

TEST_CASE("the user of the context, as user data speaks of him", "[user-data]")
{
    DataMachine machine;
    machine.say("user: {name: admin, gecos: The One, sudo: null, ssh_authorized_keys: [" +
                test_key('a') + "]}\npassword: hunter22\nchpasswd: {expire: false}\n");
    CHECK(machine.run(Stage::local) == Lines{"users", "ssh-keys"});
    CHECK(machine.text_of("/etc/passwd").find("admin:x:1001:1001:The One:/home/admin:") !=
          std::string::npos);
    CHECK(machine.text_of("/etc/sudoers.d/90-onectx") == "(none)");
    CHECK(AccountFile(machine.text_of("/etc/shadow")).find("admin")->at(1).starts_with("$6$"));
    CHECK(machine.text_of("/home/admin/.ssh/authorized_keys").find(test_key('a')) !=
          std::string::npos);
    CHECK(machine.run(Stage::all) == kNothing);

    // The context's own word counts.
    DataMachine other;
    other.context["USERNAME"] = {"bob", 0};
    other.context["PASSWORD"] = {"mine", 0};
    other.say(
        "users:\n- {name: bob, plain_text_passwd: theirs, lock_passwd: false}\n"
        "password: theirs\n");
    CHECK(other.run(Stage::local) ==
          Lines{"users",
                "warning USER_DATA: 3:3: users[0]: the context's own password for bob counts",
                "warning USER_DATA: the context's own password for bob counts"});
}

}  // namespace onectx::test
