// User data as a plan: what becomes of it in which stage, once for a machine and a text of it, and
// again only when something failed, another machine has it, or it says something new. Names and
// scripts are here, the rest in files of their own.
#include <algorithm>

#include "tests/support/catch.h"
#include "tests/support/data_machine.h"

namespace onectx::test {

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

}  // namespace onectx::test
