// User data as a plan: what becomes of it in which stage, once for a machine and a text of it, and
// again only when something failed, another machine has it, or it says something new.
#include <algorithm>

#include "common/text.h"
#include "guest/plan/account_files.h"
#include "guest/plan/prune.h"
#include "guest/plan/show.h"
#include "tests/support/apply_to_tree.h"
#include "tests/support/catch.h"
#include "tests/support/machine.h"

namespace onectx::test {
namespace {

using Lines = std::vector<std::string>;

struct DataMachine : Machine {
    DataMachine()
    {
        context["VMID"] = {"7", 0};
        facts.init = Init::systemd;
        boot("boot-1");
        tree.file("/etc/passwd",
                  "root:x:0:0:root:/root:/bin/bash\nbob:x:1000:1000:Bob:/home/bob:/bin/sh\n")
            .file("/etc/group", "root:x:0:\nusers:x:100:\nbob:x:1000:\n")
            .file("/etc/shadow", "root:*:1::::::\nbob:$6$s$h:1:0:99999:7:::\n", 0640, 0, 0)
            .file("/etc/gshadow", "root:*::\nusers:!::\nbob:!::\n", 0640, 0, 0)
            .file("/bin/sh", "", 0755)
            .file("/bin/bash", "", 0755)
            .file("/etc/hosts", "127.0.0.1 localhost\n")
            .file("/etc/hostname", "localhost\n")
            .file("/usr/share/zoneinfo/Europe/Berlin", "TZif2")
            .directory("/root", 0700)
            .directory("/home/bob", 0755, 1000, 1000)
            .directory("/etc/sudoers.d", 0750);
    }
    void boot(const std::string& id)
    {
        tree.file("/proc/sys/kernel/random/boot_id", id + "\n");
        tree.remove("/run/onectx/scripts");
    }
    void say(const std::string& text) { context["USER_DATA"] = {"#cloud-config\n" + text, 0}; }

    // The steps of the stage that have something to do, with what is run in them. All of them are
    // made, but for what `failing` names: its changes are made, and nothing remembers them.
    Lines run(Stage stage, const std::string& failing = "", bool hot_plug = false)
    {
        Lines lines;
        auto settings = make_settings(context, policy);
        auto plan = make_plan(
            stage, {settings, policy, facts, tree, "none", stage, {nullptr, hot_plug, force}});
        for (auto& step : plan.steps) {
            if (!step.failure.empty()) lines.push_back(step.name + " fails: " + step.failure);
            const bool is_ours = step.name.starts_with("user-data");
            if (step.changes.empty()) {
                apply_to_tree(step, tree);
                continue;
            }
            lines.push_back(step.name);
            for (const auto& change : step.changes)
                if (const auto* script = std::get_if<RunScript>(&change))
                    lines.push_back("  " +
                                    (script->place == ScriptPlace::text
                                         ? script->text.reveal()
                                         : script->file + " " + join(script->arguments, " ")));
                else if (const auto* fetch = std::get_if<FetchFile>(&change))
                    lines.push_back("  " + fetch->url);
                else if (is_ours)
                    lines.push_back("  " + path_of(change));
            if (step.name == failing) step.record.clear();
            apply_to_tree(step, tree);
        }
        for (const auto& line : to_lines(plan.problems))
            lines.push_back(line);
        std::erase_if(lines, [](const std::string& line) {
            return line == "  /run/onectx/scripts" || line == "one-env" || line == "state";
        });
        return lines;
    }

    bool force = false;
};

const Lines kNothing{};

}  // namespace

TEST_CASE("files are written once for a machine and a text", "[user-data]")
{
    DataMachine machine;
    machine.say(
        "write_files:\n- {path: /etc/motd, content: hello}\n- {path: /etc/late, content: x, defer: "
        "true}\n");
    CHECK(machine.run(Stage::local) == Lines{"user-data-files", "  /etc/motd"});
    CHECK(machine.text_of("/etc/motd") == "hello");
    CHECK(machine.run(Stage::local) == kNothing);
    CHECK(machine.run(Stage::network) == Lines{"user-data-deferred-files", "  /etc/late"});
    CHECK(machine.run(Stage::all) == kNothing);

    // What becomes of them later is nobody's business, whatever is forced.
    machine.tree.remove("/etc/motd");
    machine.boot("boot-2");
    machine.force = true;
    auto again = machine.run(Stage::all);
    CHECK(std::find(again.begin(), again.end(), "user-data-files") == again.end());
    machine.force = false;

    machine.say("write_files: [{path: /etc/motd, content: news}]\n");
    CHECK(machine.run(Stage::local) == Lines{"user-data-files", "  /etc/motd"});
    machine.context["VMID"] = {"8", 0};
    machine.tree.remove("/etc/motd");
    CHECK(machine.run(Stage::local) == Lines{"user-data-files", "  /etc/motd"});
    CHECK(machine.run(Stage::local) == kNothing);
}

TEST_CASE("what failed is tried again, and what succeeded is not", "[user-data]")
{
    DataMachine machine;
    machine.say("write_files: [{path: /a}]\nruncmd: [one]\n");
    CHECK(machine.run(Stage::local, "user-data-files") == Lines{"user-data-files", "  /a"});
    machine.tree.remove("/a");
    CHECK(machine.run(Stage::local) == Lines{"user-data-files", "  /a"});
    CHECK(machine.run(Stage::local) == kNothing);

    const Lines script{"user-data-runcmd", "  #!/bin/sh\none\n"};
    CHECK(machine.run(Stage::network, "user-data-runcmd") == script);
    // Not twice in one boot.
    CHECK(machine.run(Stage::network) == kNothing);
    machine.boot("boot-2");
    CHECK(machine.run(Stage::network, "", true) == kNothing);  // a NIC came
    CHECK(machine.run(Stage::network) == script);
    machine.boot("boot-3");
    CHECK(machine.run(Stage::all) == kNothing);

    // Killed before it was remembered: the next run does that, and then it is over.
    DataMachine killed;
    const std::string files = "user-data-deferred-files";
    killed.say("write_files: [{path: /b, defer: true}]\n");
    CHECK(killed.run(Stage::network, files) == Lines{files, "  /b"});
    CHECK(killed.run(Stage::network) == kNothing);
    killed.tree.remove("/b");
    CHECK(killed.run(Stage::network) == kNothing);
}

TEST_CASE("scripts of user data, and a machine that tells no VMID", "[user-data]")
{
    DataMachine machine;
    machine.context.erase("VMID");
    machine.tree.file("/sys/class/dmi/id/product_uuid", "one\n");
    machine.context["USER_DATA"] = {"#!/bin/bash\necho hi\n", 0};
    const Lines script{"user-data-script-1", "  #!/bin/bash\necho hi\n"};
    CHECK(machine.run(Stage::local) == kNothing);
    CHECK(machine.run(Stage::network) == script);
    machine.boot("boot-2");
    CHECK(machine.run(Stage::network) == kNothing);
    machine.tree.file("/sys/class/dmi/id/product_uuid", "two\n");
    CHECK(machine.run(Stage::network) == script);
    machine.boot("boot-3");
    machine.policy.user_data = Rule::every_boot;
    CHECK(machine.run(Stage::network) == script);
    machine.boot("boot-4");
    CHECK(machine.run(Stage::network) == script);
    machine.boot("boot-5");
    machine.policy.user_data = Rule::off;
    CHECK(machine.run(Stage::network) == kNothing);
}

TEST_CASE("bootcmd runs in every boot, before the network", "[user-data]")
{
    DataMachine machine;
    machine.say("bootcmd: [echo]\n");
    const Lines script{"user-data-bootcmd", "  #!/bin/sh\necho\n"};
    CHECK(machine.run(Stage::local) == script);
    CHECK(machine.run(Stage::all) == kNothing);
    machine.boot("boot-2");
    CHECK(machine.run(Stage::local) == script);
}

TEST_CASE("cloud-init beside us is worth a word", "[user-data]")
{
    DataMachine machine;
    machine.tree.file("/usr/bin/cloud-init", "", 0755);
    machine.say("{}\n");
    CHECK(
        machine.run(Stage::local) ==
        Lines{"warning USER_DATA: cloud-init is installed here too, and would do the same a second "
              "time; a file /etc/cloud/cloud-init.disabled keeps it from that, user-data = off of "
              "guest.conf us"});
    machine.tree.file("/etc/cloud/cloud-init.disabled", "");
    CHECK(machine.run(Stage::local) == kNothing);
}

TEST_CASE("appended text, modes, owners and homes", "[user-data]")
{
    DataMachine machine;
    machine.tree.file("/etc/crontab", "# table\n", 0600, 0, 5)
        .link("/home/bob/link", "/etc")
        .file("/etc/ends", "x\nmore\n");
    machine.say(
        "write_files:\n- {path: /etc/crontab, content: \"one\\n\", append: true}\n"
        "- {path: /etc/crontab, content: \"two\\n\", append: true}\n"
        "- {path: /etc/ends, content: \"more\\n\", append: true}\n"
        "- {path: /home/bob/file, owner: 'bob:bob', permissions: '0600'}\n");
    auto planned = machine.plan(plan_user_data_files);
    REQUIRE(planned);
    const auto& changes = planned->step.changes;
    REQUIRE(changes.size() == 4);
    const auto& second = std::get<WriteFile>(changes[1]);
    CHECK(second.content == "# table\none\ntwo\n");
    CHECK(second.mode == 0600);
    CHECK(second.owner == Owner{"0", "5"});
    CHECK(second.secret);
    CHECK(std::get<WriteFile>(changes[2]).content == "x\nmore\n");
    const auto& home = std::get<WriteFile>(changes[3]);
    CHECK(home.anchor == "/home/bob");
    CHECK(home.owner == Owner{"bob", "bob"});
    CHECK(home.secret);
    CHECK(planned->step.attempt_all);
}

TEST_CASE("what a run that failed has appended is not appended again", "[user-data]")
{
    DataMachine machine;
    machine.tree.file("/etc/app.conf", "zero\none\ntwo\n").file("/etc/half.conf", "one\n");
    machine.say(
        "write_files:\n- {path: /etc/app.conf, content: \"one\\n\", append: true}\n"
        "- {path: /etc/app.conf, content: \"two\\n\", append: true}\n"
        "- {path: /etc/half.conf, content: \"one\\n\", append: true}\n"
        "- {path: /etc/half.conf, content: \"two\\n\", append: true}\n");
    auto planned = machine.plan(plan_user_data_files);
    REQUIRE(planned);
    const auto& changes = planned->step.changes;
    REQUIRE(changes.size() == 4);
    CHECK(std::get<WriteFile>(changes[1]).content == "zero\none\ntwo\n");
    CHECK(std::get<WriteFile>(changes[3]).content == "one\none\ntwo\n");
}

TEST_CASE("what is appended is planned behind what other steps write", "[user-data]")
{
    DataMachine machine;
    machine.context["SET_HOSTNAME"] = {"web01", 0};
    machine.say(
        "users: [{name: eve, ssh_authorized_keys: [" + test_key('e') +
        "]}]\nwrite_files:\n- {path: /etc/hosts, content: \"192.0.2.1 peer\\n\", append: true}\n"
        "- {path: /home/eve/.ssh/authorized_keys, content: \"# by hand\\n\", append: true}\n"
        "- {path: /etc/hosts, content: \"192.0.2.2 late\\n\", append: true, defer: true}\n");
    const auto settings = make_settings(machine.context, machine.policy);
    const PlanInput input{settings,     machine.policy, machine.facts,
                          machine.tree, "none",         Stage::all};
    const auto plan = make_plan(Stage::all, input);
    std::vector<WriteFile> files;
    for (const auto& step : plan.steps)
        if (step.name == "user-data-files" || step.name == "user-data-deferred-files")
            for (const auto& change : step.changes)
                files.push_back(std::get<WriteFile>(change));
    REQUIRE(files.size() == 3);
    const std::string hosts = "127.0.0.1 localhost\n127.0.1.1 web01 # onectx\n192.0.2.1 peer\n";
    CHECK(files[0].content == hosts);
    CHECK(files[1].content.find(test_key('e')) != std::string::npos);
    CHECK(files[1].content.ends_with("# END onectx\n# by hand\n"));
    CHECK(files[1].owner == Owner{"1001", "1001"});
    CHECK(files[1].anchor == "/home/eve");
    CHECK(files[1].secret);
    CHECK(files[2].content == hosts + "192.0.2.2 late\n");
    const auto text = show_text(plan, machine.tree);
    CHECK(text.find("\n-127.0.1.1 web01") == std::string::npos);
    CHECK(text.find("\n 127.0.1.1 web01 # onectx\n 192.0.2.1 peer\n+192.0.2.2 late\n") !=
          std::string::npos);

    // A package may have written the file meanwhile.
    machine.tree.file("/etc/hosts", "other\n");
    const auto again = plan_step("user-data-deferred-files", input);
    REQUIRE(again);
    CHECK(std::get<WriteFile>(again->step.changes.at(0)).content == "other\n192.0.2.2 late\n");
}

TEST_CASE("a file that cannot be added to keeps no other from being written", "[user-data]")
{
    for (const std::string defer : {"false", "true"}) {
        CAPTURE(defer);
        DataMachine machine;
        machine.tree.directory("/etc/dir").link("/home/bob/in", "/etc").link("/in", "/home/bob/in");
        machine.say("write_files:\n- {path: /etc/dir, content: x, append: true, defer: " + defer +
                    "}\n- {path: /in/motd, defer: " + defer +
                    "}\n- {path: /etc/motd, content: hello, defer: " + defer + "}\n");
        const auto step = defer == "true" ? "user-data-deferred-files" : "user-data-files";
        const Lines problems{
            "error USER_DATA: 3:3: write_files[0]: read /etc/dir: not a regular file; it is left "
            "out",
            "error USER_DATA: 4:3: write_files[1]: a link leads through /home/bob, which others "
            "than root can change; it is left out"};
        CHECK(machine.run(Stage::all) == Lines{step, "  /etc/motd", problems[0], problems[1]});
        CHECK(machine.text_of("/etc/motd") == "hello");
        // What was left out has its turn again.
        CHECK(machine.run(Stage::all) == problems);
        machine.tree.remove("/etc/dir").remove("/in").file("/etc/dir", "old ");
        CHECK(machine.run(Stage::all) == Lines{step, "  /etc/dir", "  /in/motd"});
        CHECK(machine.text_of("/etc/dir") == "old x");
        CHECK(machine.run(Stage::all) == kNothing);
    }
}

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

TEST_CASE("no usual field of mounts makes a line or a field of its own", "[user-data]")
{
    DataMachine machine;
    machine.say(
        "mount_default_fields: [~, ~, auto, \"ro\\n/dev/vdb / ext4 defaults\", '0', '0']\n"
        "mounts:\n- [vdb, /a]\n- [vdb, /b, auto, ro]\n");
    machine.tree.file("/dev/vdb", "");
    const auto lines = machine.run(Stage::local);
    CHECK(lines.back() ==
          "error USER_DATA: 4:3: mounts[0]: 'ro\\x0a/dev/vdb / ext4 defaults' is no field of "
          "fstab(5); "
          "it is left out");
    CHECK(machine.text_of("/etc/fstab") ==
          "# BEGIN onectx\n/dev/vdb\t/b\tauto\tro\t0\t0\n# END onectx\n");
}

TEST_CASE("a file to swap to is no way to somebody else's", "[user-data]")
{
    for (const std::string path : {"/home/bob/swap", "/home/bob/new/swap", "/dev/sda",
                                   "/proc/self/mem", "/var/lib/onectx/key"}) {
        CAPTURE(path);
        DataMachine machine;
        machine.say("swap: {filename: " + path + ", size: 1G}\n");
        CHECK(machine.run(Stage::all) ==
              Lines{"error USER_DATA: swap: '" + path + "' is no place for a file to swap to"});
    }
}

TEST_CASE("names and keys go the way of variables, and those of the context count", "[user-data]")
{
    DataMachine machine;
    machine.say(
        "hostname: web\nfqdn: web.example.com\ntimezone: Europe/Berlin\n"
        "ssh_authorized_keys: [" +
        test_key('a') + "]\n");
    CHECK(machine.run(Stage::local) == Lines{"hostname", "timezone", "ssh-keys"});
    CHECK(machine.text_of("/etc/hostname") == "web\n");
    CHECK(machine.text_of("/etc/hosts").find("127.0.1.1 web.example.com web") != std::string::npos);
    CHECK(machine.text_of("/root/.ssh/authorized_keys").find(test_key('a')) != std::string::npos);
    machine.facts.kernel_hostname = "web";
    CHECK(machine.run(Stage::all) == kNothing);

    machine.context["SET_HOSTNAME"] = {"other", 0};
    machine.context["SSH_PUBLIC_KEY"] = {test_key('b'), 0};
    CHECK(machine.run(Stage::local) ==
          Lines{"hostname", "ssh-keys",
                "warning USER_DATA: fqdn: SET_HOSTNAME of the context says otherwise and counts"});
    CHECK(machine.text_of("/etc/hostname") == "other\n");
    const auto keys = machine.text_of("/root/.ssh/authorized_keys");
    CHECK(keys.find(test_key('a')) != std::string::npos);
    CHECK(keys.find(test_key('b')) != std::string::npos);

    machine.context.erase("SET_HOSTNAME");
    machine.say("hostname: localhost\ntimezone: ../etc\n");
    const auto lines = machine.run(Stage::local);
    for (const auto* line : {"error USER_DATA: hostname: localhost is no host name of a machine",
                             "error USER_DATA: timezone: '../etc' is no name of a time zone"})
        CHECK(std::find(lines.begin(), lines.end(), line) != lines.end());
    // No script is told what the context did not say.
    CHECK_FALSE(make_settings(machine.context, machine.policy).variables.contains("TIMEZONE"));
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

TEST_CASE("packages by the manager that is there", "[user-data]")
{
    struct Row {
        std::string program;
        std::string text;
        Lines expected;
    };
    const std::string apt =
        "  /usr/bin/env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 -o "
        "Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold ";
    const std::string step = "user-data-packages";
    for (const auto& row : std::vector<Row>{
             {"/usr/bin/apt-get",
              "packages: [pwgen, [libpython3.8, 3.8.10-0ubuntu1~20.04.2]]\n",
              {step, apt + "update", apt + "install pwgen libpython3.8=3.8.10-0ubuntu1~20.04.2"}},
             {"/usr/bin/apt-get",
              "package_update: true\npackage_upgrade: true\n",
              {step, apt + "update", apt + "dist-upgrade"}},
             {"/usr/bin/apt-get",
              "packages: [{apt: [mg, [a, '1']], snap: [certbot]}]\n",
              {step, apt + "update", apt + "install mg a=1", "warning"}},
             {"/usr/bin/dnf",
              "packages: [nginx, [a, '1']]\n",
              {step, "  /usr/bin/env dnf -y makecache", "  /usr/bin/env dnf -y install nginx a-1"}},
             {"/usr/bin/zypper",
              "packages: nginx\n",
              {step, "  /usr/bin/env zypper --non-interactive refresh",
               "  /usr/bin/env zypper --non-interactive install --auto-agree-with-licenses nginx"}},
             {"/sbin/apk",
              "packages: [nginx]\n",
              {step, "  /usr/bin/env apk update", "  /usr/bin/env apk add nginx"}},
             {"/nothing",
              "packages: [nginx]\n",
              {"user-data-packages fails: no manager of packages is here that is known (apt-get, "
               "dnf, yum, zypper, apk, pacman)"}},
         }) {
        INFO(row.program << " " << row.text);
        DataMachine machine;
        machine.tree.file(row.program, "", 0755);
        machine.say(row.text);
        auto lines = machine.run(Stage::network);
        for (auto& line : lines)
            if (line.starts_with("error USER_DATA")) line = "warning";
        CHECK(lines == row.expected);
    }
    DataMachine machine;
    machine.say("packages: [-o, 'a b', [a, b, c], [], {x: y}]\n");
    CHECK(
        machine.run(Stage::network) ==
        Lines{"error USER_DATA: 2:12: packages[0]: must be the name of a package, or [name, "
              "version]",
              "error USER_DATA: 2:16: packages[1]: must be the name of a package, or [name, "
              "version]",
              "error USER_DATA: 2:23: packages[2]: must be the name of a package, or [name, "
              "version]",
              "error USER_DATA: 2:34: packages[3]: must be the name of a package, or [name, "
              "version]",
              "error USER_DATA: 2:39: packages[4]: the manager 'x' is not supported; its packages "
              "are left out"});
}

TEST_CASE("servers of the clock", "[user-data]")
{
    const std::string text =
        "ntp:\n  enabled: true\n  servers: [ntp.example.com, 192.0.2.1]\n  pools: "
        "[0.pool.example]\n";
    DataMachine chrony;
    chrony.tree.file("/etc/chrony/chrony.conf",
                     "pool 2.debian.pool.ntp.org iburst\ndriftfile /x\n# server a\n");
    chrony.say(text);
    CHECK(chrony.run(Stage::local) == Lines{"user-data-ntp", "  /etc/chrony/chrony.conf"});
    CHECK(chrony.text_of("/etc/chrony/chrony.conf") ==
          "#onectx# pool 2.debian.pool.ntp.org iburst\ndriftfile /x\n# server a\n# BEGIN onectx\n"
          "server ntp.example.com iburst\nserver 192.0.2.1 iburst\npool 0.pool.example iburst\n"
          "# END onectx\n");
    CHECK(chrony.run(Stage::all) == kNothing);

    DataMachine timesyncd;
    timesyncd.tree.file("/usr/lib/systemd/systemd-timesyncd", "", 0755);
    timesyncd.say(text);
    CHECK(timesyncd.run(Stage::local).front() == "user-data-ntp");
    CHECK(timesyncd.text_of("/etc/systemd/timesyncd.conf.d/50-onectx.conf") ==
          "# From the user data of the OpenNebula context.\n[Time]\nNTP=ntp.example.com 192.0.2.1 "
          "0.pool.example\nFallbackNTP=\n");

    DataMachine busybox;
    busybox.tree.file("/etc/conf.d/ntpd", "NTPD_OPTS=\"-N -p pool.ntp.org\"\n");
    busybox.say(text);
    CHECK(busybox.run(Stage::local).front() == "user-data-ntp");
    CHECK(busybox.text_of("/etc/conf.d/ntpd") ==
          "NTPD_OPTS=\"-N -p ntp.example.com -p 192.0.2.1 -p 0.pool.example\"\n");

    DataMachine none;
    none.say("ntp: {servers: [a, 'b c'], ntp_client: chrony, peers: [x]}\n");
    CHECK(none.run(Stage::local) ==
          Lines{"user-data-ntp fails: 2:6: ntp: no client of NTP is here that is called 'chrony', "
                "and none can be installed",
                "error USER_DATA: 2:16: ntp.servers: 'b c' is no name of a host and no address",
                "warning USER_DATA: 2:48: ntp.peers: is not supported"});
    none.say("ntp: {enabled: false}\n");
    CHECK(none.run(Stage::local) == kNothing);
}

TEST_CASE("a client of NTP that is not there is installed", "[user-data]")
{
    struct Row {
        std::string manager;
        std::string client;
        std::string package;  // empty: none has it
    };
    for (const auto& row : std::vector<Row>{
             {"/usr/bin/apt-get", "auto", "chrony"},
             {"/usr/bin/apt-get", "ntp", "ntp"},
             {"/usr/bin/apt-get", "systemd-timesyncd", "systemd-timesyncd"},
             {"/usr/bin/dnf", "auto", "chrony"},
             {"/usr/bin/dnf", "systemd-timesyncd", ""},
             {"/sbin/apk", "openntpd", "openntpd"},
         }) {
        INFO(row.manager << " " << row.client);
        DataMachine machine;
        machine.tree.file(row.manager, "", 0755);
        machine.say("ntp: {servers: [a], ntp_client: " + row.client + "}\n");
        const bool has_one = !row.package.empty();
        CHECK(machine.run(Stage::local).empty() == has_one);
        const auto lines = machine.run(Stage::network);
        REQUIRE(lines.empty() != has_one);
        if (!has_one) continue;
        REQUIRE(lines.size() == 4);
        CHECK(lines[0] == "user-data-ntp-client");
        CHECK(lines[2].ends_with(" " + row.package));
        CHECK(lines[3].starts_with("  /bin/sh -c if [ -e /"));
        CHECK(machine.run(Stage::network) == kNothing);
    }

    DataMachine machine;
    machine.tree.file("/usr/bin/apt-get", "", 0755);
    machine.say("ntp: {servers: [a]}\npackages: [b]\n");
    CHECK(machine.run(Stage::local) == kNothing);
    auto settings = make_settings(machine.context, machine.policy);
    const auto plan = make_plan(Stage::network, {settings, machine.policy, machine.facts,
                                                 machine.tree, "none", Stage::network});
    REQUIRE(plan.steps.size() == 4);  // the first is the network's
    const auto& late = plan.steps[2];
    CHECK(late.name == "user-data-ntp");
    CHECK(late.late);
    CHECK(late.background);
    // Its turn comes when the package is there.
    machine.tree.file("/etc/chrony/chrony.conf", "pool x\n");
    const auto planned = plan_step("user-data-ntp", {settings, machine.policy, machine.facts,
                                                     machine.tree, "none", Stage::network});
    REQUIRE(planned);
    REQUIRE(planned->step.changes.size() == 1);
    CHECK(path_of(planned->step.changes[0]) == "/etc/chrony/chrony.conf");
    CHECK(planned->step.activate.size() == 1);
    CHECK_FALSE(planned->step.record.empty());

    // Older and newer packages of one name.
    DataMachine ntpsec;
    ntpsec.tree.file("/etc/ntpsec/ntp.conf", "");
    ntpsec.say("ntp: {servers: [a], ntp_client: ntp}\n");
    CHECK(ntpsec.run(Stage::local) == Lines{"user-data-ntp", "  /etc/ntpsec/ntp.conf"});
    ntpsec.say("ntp: {enabled: true, ntp_client: myntpclient, config: {confpath: /x}}\n");
    CHECK(ntpsec.run(Stage::local) ==
          Lines{"warning USER_DATA: 2:47: ntp.config: is not supported",
                "error USER_DATA: 2:6: ntp: 'myntpclient' is no client of NTP that is known "
                "(chrony, ntp, ntpsec, openntpd, systemd-timesyncd); nothing is done about it"});
}

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

TEST_CASE("a file to swap to", "[user-data]")
{
    struct Row {
        std::string text;
        std::string expected;  // the file, its size and the most of it; else what is wrong
    };
    for (const auto& row : std::vector<Row>{
             {"{filename: /swapfile, size: 1G}", "/swapfile 1073741824 0"},
             {"{size: auto, maxsize: 10GB}", "/swap.img 0 10737418240"},
             {"{filename: /var/swap, size: 1048576}", "/var/swap 1048576 0"},
             {"{filename: /s, size: 1.5M}", "/s 1572864 0"},
             {"{filename: /s, size: 0}", ""},
             {"{filename: /s}", ""},
             {"{}", ""},
             {"{filename: swap, size: 1G}",
              "error USER_DATA: 2:18: swap.filename: must be an absolute path without blanks; "
              "nothing is done"},
             {"{size: lots}",
              "error USER_DATA: 2:14: swap.size: must be a size: a number of bytes, or 512M, 2G"},
             {"{size: 4096000T}",
              "error USER_DATA: 2:14: swap.size: must be a size: a number of bytes, or 512M, 2G"},
             {"{size: 512K}",
              "error USER_DATA: 2:14: swap.size: '512K' is too small for a file to swap to: 1M is "
              "the least; nothing is done"},
             {"{size: auto, maxsize: 1048575}",
              "error USER_DATA: 2:29: swap.maxsize: '1048575' is too small for a file to swap to: "
              "1M is the least; nothing is done"},
             {"{path: /x}", "warning USER_DATA: 2:8: swap: 'path' is no key of swap"},
         }) {
        INFO(row.text);
        DataMachine machine;
        machine.say("swap: " + row.text + "\n");
        const auto lines = machine.run(Stage::local);
        if (!row.expected.starts_with('/')) {
            CHECK(lines == (row.expected.empty() ? kNothing : Lines{row.expected}));
            continue;
        }
        CHECK(lines == Lines{"user-data-mounts", "  /etc/fstab"});
        const auto path = row.expected.substr(0, row.expected.find(' '));
        CHECK(machine.text_of("/etc/fstab") ==
              "# BEGIN onectx\n" + path + "\tnone\tswap\tsw,nofail\t0\t0\n# END onectx\n");
        const auto then = machine.run(Stage::network);
        REQUIRE(then.size() == 4);
        CHECK(then[0] == "user-data-mount");
        CHECK(then[2].ends_with(" swap " + row.expected));
        CHECK(then[3] == "  /sbin/swapon -a -e");
    }
}

TEST_CASE("what is swapped to has one line in fstab", "[user-data]")
{
    struct Row {
        std::string theirs;
        std::string text;
        std::string ours;
        Lines problems;
    };
    const std::string swap = "swap: {size: 1G}\n";
    const std::string stays = " has a line in /etc/fstab already, which stays, with the options ";
    for (const auto& row : std::vector<Row>{
             {"/swap.img none swap sw 0 0\n", swap, "", {}},
             {"/swap.img\tswap\tswap\tdefaults,comment=cloudconfig\n", swap, "", {}},
             {"/swap.img none swap\n", swap, "", {}},
             {"/swap.img none swap sw,noauto 0 0\n",
              swap,
              "",
              {"warning USER_DATA: swap: /swap.img" + stays + "sw,noauto"}},
             {"LABEL=swap none swap pri=5 0 0\n",
              "mounts: [[LABEL=swap, none, swap, 'sw,pri=5', '0', '0']]\n",
              "",
              {}},
             {"LABEL=swap none swap sw 0 0\n",
              "mounts: [[LABEL=swap, none, swap, 'sw,pri=5', '0', '0']]\n",
              "",
              {"warning USER_DATA: mounts: LABEL=swap" + stays + "sw"}},
             {"#/swap.img none swap sw 0 0\n/other none swap sw 0 0\n/swap.img /a ext4 loop 0 0\n",
              swap,
              "/swap.img\tnone\tswap\tsw,nofail\t0\t0\n",
              {}},
             {"",
              swap + "mounts: [[/swap.img, none, swap, sw, '0', '0']]\n",
              "/swap.img\tnone\tswap\tsw\t0\t0\n",
              {}},
         }) {
        CAPTURE(row.theirs, row.text);
        DataMachine machine;
        machine.tree.file("/etc/fstab", row.theirs);
        machine.say(row.text);
        auto lines = machine.run(Stage::local);
        if (!row.ours.empty()) lines.erase(lines.begin(), lines.begin() + 2);
        CHECK(lines == row.problems);
        CHECK(machine.text_of("/etc/fstab") ==
              row.theirs +
                  (row.ours.empty() ? "" : "# BEGIN onectx\n" + row.ours + "# END onectx\n"));
    }
}

TEST_CASE("mounts are lines of fstab of ours", "[user-data]")
{
    DataMachine machine;
    machine.tree.file("/etc/fstab", "UUID=x / ext4 defaults 0 1\n/dev/sdb /taken ext4 ro 0 0\n");
    machine.say(
        "mounts:\n- [ /dev/vdb, /opt/data ]\n- [ xvdh, '/mnt/my disk', auto, 'defaults,noauto', "
        "'0', "
        "'0' ]\n- [ LABEL=swap, none, swap, sw, 0, 0 ]\n- [ sdb, /taken ]\n");
    CHECK(machine.run(Stage::local) ==
          Lines{"user-data-mounts", "  /opt/data", "  /mnt/my disk", "  /etc/fstab",
                "warning USER_DATA: mounts: /taken has a line in /etc/fstab already, which stays"});
    CHECK(machine.text_of("/etc/fstab") ==
          "UUID=x / ext4 defaults 0 1\n/dev/sdb /taken ext4 ro 0 0\n# BEGIN onectx\n"
          "/dev/vdb\t/opt/data\tauto\tdefaults,nofail\t0\t2\n"
          "/dev/xvdh\t/mnt/my\\040disk\tauto\tdefaults,noauto\t0\t0\n"
          "LABEL=swap\tnone\tswap\tsw\t0\t0\n# END onectx\n");
    const std::string mount = "  /bin/sh -c mountpoint -q \"$1\" || mount \"$1\" mount ";
    auto lines = machine.run(Stage::network);
    CHECK(lines == Lines{"user-data-mount", "  /bin/systemctl daemon-reload", mount + "/opt/data",
                         "  /sbin/swapon -a -e", mount + "/taken"});
    CHECK(machine.run(Stage::network) == kNothing);

    DataMachine wrong;
    wrong.tree.file("/dev/vdb", "");
    wrong.say(
        "mounts:\n- [ ephemeral0, /mnt ]\n- [ /dev/vdb ]\n- [ vdb, /etc ]\n- [ vdb, mnt ]\n"
        "- text\n- [ vdb, /a, ext4, 'a b' ]\n- [ vdb, /b ]\n- [ vdc, /b ]\n"
        "- [ vdd, /d, ext4, ro, x, '0' ]\nmount_default_fields: [~, ~, xfs, ro, '0', '0']\n");
    CHECK(wrong.run(Stage::local) ==
          Lines{"user-data-mounts", "  /b", "  /etc/fstab",
                "error USER_DATA: 3:3: mounts[0]: 'ephemeral0' names a disk of clouds that have "
                "such; name the device; it is left out",
                "error USER_DATA: 4:3: mounts[1]: has no mount point; it is left out",
                "error USER_DATA: 5:3: mounts[2]: '/etc' belongs to the system; nothing is mounted "
                "there; it is left out",
                "error USER_DATA: 6:3: mounts[3]: 'mnt' is no mount point; it is left out",
                "error USER_DATA: 7:3: mounts[4]: must be a list of one to six fields; it is left "
                "out",
                "error USER_DATA: 8:3: mounts[5]: 'a b' is no field of fstab(5); it is left out",
                "error USER_DATA: 10:3: mounts[7]: '/b' is a mount point already; left out",
                "error USER_DATA: 11:3: mounts[8]: the last two fields are numbers; it is left "
                "out"});
    CHECK(wrong.text_of("/etc/fstab") ==
          "# BEGIN onectx\n/dev/vdb\t/b\txfs\tro\t0\t0\n# END onectx\n");
}

TEST_CASE("a device that is not there and would stop a boot", "[user-data]")
{
    struct Row {
        std::string source;
        std::string options;
        bool is_said;
    };
    for (const auto& row : std::vector<Row>{
             {"/dev/vdb", "defaults", false},  // is there
             {"/dev/vdc", "defaults", true},
             {"vdc", "ro", true},
             {"/dev/vdc", "ro,nofail", false},
             {"/dev/vdc", "noauto", false},
             {"/dev/vdc", "_netdev", false},
             {"LABEL=data", "ro", false},  // is there
             {"LABEL=other", "ro", true},
             {"'LABEL=o:r'", "ro", false},  // cannot be told
             {"UUID=1-2", "ro", true},
             {"PARTUUID=1-2", "ro", true},
             {"PARTLABEL=x", "ro", true},
             {"'nas:/pool'", "ro", false},
         }) {
        CAPTURE(row.source, row.options);
        DataMachine machine;
        machine.tree.file("/dev/vdb", "").link("/dev/disk/by-label/data", "../../vdb");
        machine.say("mounts: [[" + row.source + ", /data, auto, '" + row.options + "']]\n");
        const auto lines = machine.run(Stage::local);
        REQUIRE(lines.size() == (row.is_said ? 4 : 3));
        if (row.is_said)
            CHECK(
                lines.back().ends_with(" is not there, and the options of /data have no nofail: "
                                       "a boot without it may stop"));
        CHECK(machine.text_of("/etc/fstab").find("\t" + row.options + "\t") != std::string::npos);
        DataMachine image;
        image.facts.offline = true;
        image.context = machine.context;
        CHECK(image.run(Stage::local).size() == 3);
    }
    // Without udev a label says nothing.
    DataMachine plain;
    plain.say("mounts: [[LABEL=data, /data, auto, ro]]\n");
    CHECK(plain.run(Stage::local).size() == 3);
}

TEST_CASE("what is mounted is a device, a label, a share or needs none", "[user-data]")
{
    DataMachine machine;
    machine.say(
        "mounts:\n- [ mmcblk0p1, /a ]\n- [ nvme1n1, /b ]\n- [ 'nas:/pool', /c, nfs ]\n"
        "- [ scratch, /d, tmpfs ]\n- [ shared, /e, virtiofs ]\n- [ /dev/ephemeral0, /f ]\n"
        "- [ ebs0, /g ]\n- [ root, /h ]\n- [ shared, /i ]\n- [ disk.1, none, swap, sw, 0, 0 ]\n");
    auto no_device = [](const std::string& place, const std::string& source) {
        return "error USER_DATA: " + place + ": '" + source +
               "' is no device, label or share; it is left out";
    };
    CHECK(machine.run(Stage::local) ==
          Lines{"user-data-mounts", "  /a", "  /b", "  /c", "  /d", "  /e", "  /etc/fstab",
                "error USER_DATA: 8:3: mounts[5]: '/dev/ephemeral0' names a disk of clouds that "
                "have such; name the device; it is left out",
                no_device("9:3: mounts[6]", "ebs0"), no_device("10:3: mounts[7]", "root"),
                no_device("11:3: mounts[8]", "shared"), no_device("12:3: mounts[9]", "disk.1")});
    CHECK(machine.text_of("/etc/fstab") ==
          "# BEGIN onectx\n/dev/mmcblk0p1\t/a\tauto\tdefaults,nofail\t0\t2\n"
          "/dev/nvme1n1\t/b\tauto\tdefaults,nofail\t0\t2\n"
          "nas:/pool\t/c\tnfs\tdefaults,nofail\t0\t2\n"
          "scratch\t/d\ttmpfs\tdefaults,nofail\t0\t2\n"
          "shared\t/e\tvirtiofs\tdefaults,nofail\t0\t2\n# END onectx\n");
}

TEST_CASE("hostname names the machine where fqdn begins otherwise", "[user-data]")
{
    DataMachine machine;
    machine.say("hostname: db\nfqdn: node7.example.com\n");
    CHECK(machine.run(Stage::local) == Lines{"hostname"});
    CHECK(machine.text_of("/etc/hostname") == "db\n");
    CHECK(machine.text_of("/etc/hosts") ==
          "127.0.0.1 localhost\n127.0.1.1 node7.example.com db # onectx\n");
    machine.facts.kernel_hostname = "db";
    CHECK(machine.run(Stage::local) == kNothing);

    machine.say("hostname: cache\nfqdn: node7.example.com\n");
    CHECK(machine.run(Stage::local) == Lines{"hostname"});
    CHECK(machine.text_of("/etc/hostname") == "cache\n");

    auto name = [](Context context) {
        const auto wish = make_settings(context, {}).hostname.value_or(HostnameWish{});
        return wish.host + " " + wish.full;
    };
    const auto both = context_of({{"USER_DATA", "#cloud-config\nhostname: a_b\nfqdn: c.d\n"}});
    CHECK(name(both) == "a-b c.d");
    for (const std::string variable : {"SET_HOSTNAME", "HOSTNAME"}) {
        auto context = both;
        context[variable] = {"c.d", 0};
        CHECK(name(context) == "c ");
    }
    CHECK(name(context_of({{"USER_DATA",
                            "#cloud-config\nhostname: a\nfqdn: c.d\n"
                            "prefer_fqdn_over_hostname: true\n"}})) == "c ");
    for (const std::string first : {"c", "c.x", "localhost", "-"})
        CHECK(name(context_of({{"USER_DATA", "#cloud-config\nhostname: '" + first +
                                                 "'\nfqdn: c.d\n"}})) == "c ");
}

TEST_CASE("a file from the network waits for it", "[user-data]")
{
    DataMachine machine;
    machine.say(
        "write_files:\n- path: /usr/bin/hello\n  permissions: '0755'\n  source:\n"
        "    uri: https://files.example.com/hello\n    headers: {Authorization: Basic QWxh}\n");
    CHECK(machine.run(Stage::local) == kNothing);
    auto settings = make_settings(machine.context, machine.policy);
    CHECK(machine.run(Stage::network) ==
          Lines{"user-data-deferred-files", "  https://files.example.com/hello"});
    CHECK(machine.run(Stage::network) == kNothing);

    machine.say(
        "write_files:\n- {path: /a, source: {uri: 'ftp://x/y'}}\n- {path: /b, source: {}}\n"
        "- {path: /c, source: {uri: 'https://u:p@h/'}}\n");
    CHECK(
        machine.run(Stage::all) ==
        Lines{"error USER_DATA: 3:22: write_files[0]: source.uri must be an http or https address; "
              "it is left out",
              "error USER_DATA: 4:22: write_files[1]: source.uri must be an http or https address; "
              "it is left out",
              "error USER_DATA: 5:22: write_files[2]: source.uri must be an http or https address; "
              "it is left out"});
}

}  // namespace onectx::test
