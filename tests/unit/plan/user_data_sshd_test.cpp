// Who gets in through sshd, as user data has it.
#include "tests/support/catch.h"
#include "tests/support/data_machine.h"

namespace onectx::test {

TEST_CASE("whether sshd takes passwords", "[user-data]")
{
    const std::string drop_in = "/etc/ssh/sshd_config.d/00-onectx.conf";
    DataMachine machine;
    machine.tree.file("/etc/ssh/sshd_config", "Include /etc/ssh/sshd_config.d/*.conf\n")
        .file("/etc/ssh/sshd_config.d/50-cloud-init.conf", "PasswordAuthentication no\n");
    machine.say("ssh_pwauth: true\n");
    CHECK(machine.run(Stage::local) == Lines{"user-data-sshd", "  " + drop_in});
    CHECK(machine.text_of(drop_in) ==
          "# From the user data of the OpenNebula context.\nPasswordAuthentication yes\n");
    CHECK(machine.run(Stage::all) == kNothing);
    machine.say("ssh_pwauth: 'no'\n");
    CHECK(machine.run(Stage::local) == Lines{"user-data-sshd", "  " + drop_in});
    CHECK(machine.text_of(drop_in).ends_with("\nPasswordAuthentication no\n"));
    machine.say("ssh_pwauth: unchanged\n");
    CHECK(machine.run(Stage::local) == kNothing);

    // One that reads no such files, or whose own word comes first.
    DataMachine older;
    older.tree.file("/etc/ssh/sshd_config", "Port 22\nPasswordAuthentication no\n", 0600);
    older.say("ssh_pwauth: true\n");
    CHECK(older.run(Stage::local) == Lines{"user-data-sshd", "  /etc/ssh/sshd_config"});
    CHECK(older.text_of("/etc/ssh/sshd_config") ==
          "# BEGIN onectx\nPasswordAuthentication yes\n# END onectx\nPort 22\n"
          "PasswordAuthentication no\n");
    older.say("ssh_pwauth: false\n");
    CHECK(older.run(Stage::local) == Lines{"user-data-sshd", "  /etc/ssh/sshd_config"});
    CHECK(older.text_of("/etc/ssh/sshd_config") ==
          "# BEGIN onectx\nPasswordAuthentication no\n# END onectx\nPort 22\n"
          "PasswordAuthentication no\n");

    DataMachine none;
    none.say("ssh_pwauth: maybe\n");
    CHECK(none.run(Stage::local) ==
          Lines{"error USER_DATA: 2:13: ssh_pwauth: must be true, false or unchanged"});
    none.say("ssh_pwauth: true\n");
    CHECK(none.run(Stage::local) ==
          Lines{"warning USER_DATA: ssh_pwauth: there is no sshd_config here; nothing is done "
                "about it"});
}

TEST_CASE("what somebody says of sshd before or in spite of us", "[user-data]")
{
    const std::string ours = "# BEGIN onectx\nPasswordAuthentication yes\n# END onectx\n";
    const std::string main = "/etc/ssh/sshd_config";
    struct Row {
        std::string before;
        std::string after;
        Lines problems;
    };
    const std::string no = "PasswordAuthentication no\n";
    for (const auto& row : std::vector<Row>{
             // A block of an earlier run, and what somebody has put above it since.
             {no + ours + "Port 22\n", ours + no + "Port 22\n", {}},
             {"# mine\n" + ours, ours + "# mine\n", {}},
             {"Include sshd_config.d/*.conf\n" + no + ours,
              "Include sshd_config.d/*.conf\n" + no + ours,
              {}},
             {no + "Match User bob\n" + no + "Match User eve\nPasswordAuthentication yes\n",
              ours + no + "Match User bob\n" + no + "Match User eve\nPasswordAuthentication yes\n",
              {"warning USER_DATA: ssh_pwauth: /etc/ssh/sshd_config:6: PasswordAuthentication no "
               "counts for those whom its Match names"}},
             // What goes is not named, and what stays where it will stand.
             {"Match User bob\n" + no + "Match all\n# BEGIN onectx\n" + no + "# END onectx\n",
              ours + "Match User bob\n" + no + "Match all\n",
              {"warning USER_DATA: ssh_pwauth: /etc/ssh/sshd_config:5: PasswordAuthentication no "
               "counts for those whom its Match names"}},
         }) {
        CAPTURE(row.before);
        DataMachine machine;
        machine.tree.file(main, row.before);
        machine.say("ssh_pwauth: true\n");
        Lines expected = row.problems;
        const bool is_dropped_in = row.before == row.after;
        expected.insert(expected.begin(),
                        {"user-data-sshd",
                         "  " + (is_dropped_in ? "/etc/ssh/sshd_config.d/00-onectx.conf" : main)});
        CHECK(machine.run(Stage::local) == expected);
        CHECK(machine.text_of(main) == row.after);
        CHECK(machine.run(Stage::local) == kNothing);
    }

    DataMachine vendors;
    vendors.tree.file("/usr/etc/ssh/sshd_config", "\n" + no);
    vendors.say("ssh_pwauth: true\n");
    CHECK(vendors.run(Stage::local) ==
          Lines{"warning USER_DATA: ssh_pwauth: /usr/etc/ssh/sshd_config:2: PasswordAuthentication "
                "no counts, for there is no /etc/ssh/sshd_config here"});
    vendors.say("ssh_pwauth: false\n");
    CHECK(vendors.run(Stage::local) == kNothing);
}

TEST_CASE("root who gets keys and is kept out", "[user-data]")
{
    struct Row {
        std::string said;
        Lines problems;
    };
    const std::string where = "warning USER_DATA: disable_root: /etc/ssh/sshd_config:";
    const std::string out = " keeps root out, whatever his keys";
    for (const auto& row : std::vector<Row>{
             {"", {}},
             {"PermitRootLogin prohibit-password\nPermitRootLogin no\n", {}},
             {"Port 22\nPermitRootLogin No\n", {where + "2: PermitRootLogin No" + out}},
             {"PermitRootLogin forced-commands-only\n",
              {where + "1: PermitRootLogin forced-commands-only" + out}},
             {"Match Address 192.0.2.0/24\nPermitRootLogin no\n",
              {where + "2: PermitRootLogin no" + out + ", where its Match says so"}},
         }) {
        CAPTURE(row.said);
        DataMachine machine;
        machine.tree.file("/etc/ssh/sshd_config", row.said);
        machine.say("disable_root: false\n");
        CHECK(machine.run(Stage::local) == row.problems);
        machine.say("{}\n");
        CHECK(machine.run(Stage::local) == kNothing);
    }
    // The line where it stands once ours is above it.
    DataMachine machine;
    machine.tree.file("/etc/ssh/sshd_config", "PermitRootLogin no\n");
    machine.say("disable_root: false\nssh_pwauth: true\n");
    CHECK(machine.run(Stage::local).back() == where + "4: PermitRootLogin no" + out);
}

TEST_CASE("root's keys, as disable_root has them", "[user-data]")
{
    const std::string keys = "ssh_authorized_keys: [" + test_key('a') + "]\n";
    DataMachine machine;
    machine.context["USERNAME"] = {"bob", 0};
    machine.say(keys + "disable_root: true\n");
    CHECK(machine.run(Stage::local) == Lines{"users", "ssh-keys"});
    CHECK(machine.text_of("/root/.ssh/authorized_keys") == "(none)");
    machine.say("disable_root: false\n" + keys);
    CHECK(machine.run(Stage::local) == Lines{"ssh-keys"});
    CHECK(machine.text_of("/root/.ssh/authorized_keys").find(test_key('a')) != std::string::npos);
    CHECK(machine.text_of("/home/bob/.ssh/authorized_keys").find(test_key('a')) !=
          std::string::npos);

    DataMachine root;
    root.say(keys + "disable_root: true\n");
    CHECK(root.run(Stage::local) ==
          Lines{"ssh-keys",
                "warning USER_DATA: disable_root: root is the user of this context, and gets his "
                "keys"});
}

}  // namespace onectx::test
