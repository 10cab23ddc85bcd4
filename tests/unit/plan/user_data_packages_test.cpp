// Packages of user data, and the clock's client, which may have to be installed first.
#include "tests/support/catch.h"
#include "tests/support/data_machine.h"

namespace onectx::test {

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

}  // namespace onectx::test
