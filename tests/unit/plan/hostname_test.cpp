// The hostname step: which file holds the name on which system, and that a second run is empty.
#include "guest/edit/assignment.h"
#include "tests/support/catch.h"
#include "tests/support/machine.h"

namespace onectx::test {
namespace {

using Lines = std::vector<std::string>;

// As planned on the machine as it is after a run; the kernel's part too.
Lines second_run(Machine& machine)
{
    machine.facts.kernel_hostname = "web01";
    return paths_of(machine.run(plan_hostname).step);
}

TEST_CASE("no SET_HOSTNAME, no changes", "[hostname]")
{
    Machine machine;
    CHECK(machine.run(plan_hostname).step.changes.empty());
    machine.context = context_of({{"SET_HOSTNAME", "web01"}});
    machine.policy.hostname = Rule::off;
    CHECK(machine.run(plan_hostname).step.changes.empty());
}

TEST_CASE("name file, hosts and kernel", "[hostname]")
{
    Machine machine;
    machine.context = context_of({{"SET_HOSTNAME", "web01.example.com"}});
    machine.tree.file("/etc/hostname", "debian\n", 0640, 0, 7)
        .file("/etc/hosts", "127.0.0.1\tlocalhost\n127.0.1.1\tdebian\n", 0664, 0, 8);
    auto planned = machine.run(plan_hostname);
    CHECK(planned.problems.empty());
    CHECK(paths_of(planned.step) == Lines{"/etc/hostname", "/etc/hosts", "hostname web01"});
    CHECK(machine.text_of("/etc/hostname") == "web01\n");
    CHECK(machine.text_of("/etc/hosts") ==
          "127.0.0.1\tlocalhost\n127.0.1.1 web01.example.com web01 # onectx\n127.0.1.1\tdebian\n");
    CHECK((*machine.tree.read("/etc/hostname"))->status ==
          FileStatus{FileType::regular, 0640, 0, 7});
    CHECK((*machine.tree.read("/etc/hosts"))->status == FileStatus{FileType::regular, 0664, 0, 8});
    CHECK(second_run(machine).empty());
}

TEST_CASE("a machine without any file gets them", "[hostname]")
{
    Machine machine;
    machine.context = context_of({{"SET_HOSTNAME", "web01"}});
    machine.run(plan_hostname);
    CHECK(machine.text_of("/etc/hostname") == "web01\n");
    CHECK(machine.text_of("/etc/hosts") ==
          "127.0.0.1 localhost\n127.0.1.1 web01 # onectx\n"
          "::1 localhost ip6-localhost ip6-loopback\n");
    CHECK(second_run(machine).empty());
}

TEST_CASE("where distributions keep the name", "[hostname]")
{
    struct Row {
        std::string what;
        std::vector<std::pair<std::string, std::string>> before;
        std::vector<std::pair<std::string, std::string>> after;
    };
    const std::string el6 = "NETWORKING=yes\nHOSTNAME=old.example # name\nGATEWAY=10.0.0.1";
    const std::string el6_after = "NETWORKING=yes\nHOSTNAME=web01 # name\nGATEWAY=10.0.0.1";
    const std::vector<Row> rows{
        {"Enterprise Linux 6",
         {{"/etc/sysconfig/network", el6}},
         {{"/etc/sysconfig/network", el6_after}, {"/etc/hostname", "(none)"}}},
        {"Enterprise Linux 7 with a left-over",
         {{"/etc/sysconfig/network", el6}, {"/etc/hostname", "old\n"}},
         {{"/etc/sysconfig/network", el6}, {"/etc/hostname", "web01\n"}}},
        {"Fedora, where the file has other settings",
         {{"/etc/sysconfig/network", "# Created by anaconda\n"}},
         {{"/etc/sysconfig/network", "# Created by anaconda\n"}, {"/etc/hostname", "web01\n"}}},
        {"Gentoo with OpenRC",
         {{"/etc/conf.d/hostname", "# Set it\nhostname=\"old\"\n"}},
         {{"/etc/conf.d/hostname", "# Set it\nhostname=\"web01\"\n"}, {"/etc/hostname", "(none)"}}},
        {"Alpine",
         {{"/etc/conf.d/hostname", "# see /etc/hostname\n"}, {"/etc/hostname", "alpine\n"}},
         {{"/etc/conf.d/hostname", "# see /etc/hostname\n"}, {"/etc/hostname", "web01\n"}}},
        {"SUSE 11",
         {{"/etc/HOSTNAME", "old.site\n"}},
         {{"/etc/HOSTNAME", "web01\n"}, {"/etc/hostname", "(none)"}}},
        {"SUSE with both",
         {{"/etc/HOSTNAME", "old.site\n"}, {"/etc/hostname", "old\n"}},
         {{"/etc/HOSTNAME", "web01\n"}, {"/etc/hostname", "web01\n"}}},
    };
    for (const auto& row : rows) {
        INFO(row.what);
        Machine machine;
        machine.context = context_of({{"SET_HOSTNAME", "web01"}});
        for (const auto& [path, text] : row.before)
            machine.tree.file(path, text);
        machine.run(plan_hostname);
        for (const auto& [path, text] : row.after)
            CHECK(machine.text_of(path) == text);
        CHECK(second_run(machine).empty());
    }
}

TEST_CASE("a link of SUSE to the name file is left alone", "[hostname]")
{
    Machine machine;
    machine.context = context_of({{"SET_HOSTNAME", "web01"}});
    machine.tree.file("/etc/hostname", "old\n").link("/etc/HOSTNAME", "hostname");
    CHECK(paths_of(machine.run(plan_hostname).step) ==
          Lines{"/etc/hostname", "/etc/hosts", "hostname web01"});
    CHECK(machine.tree.nodes().at("/etc/HOSTNAME").status.type == FileType::symlink);
}

TEST_CASE("a name file that cannot be read fails the step", "[hostname]")
{
    Machine machine;
    machine.context = context_of({{"SET_HOSTNAME", "web01"}});
    machine.tree.directory("/etc/hosts");
    auto planned = machine.plan(plan_hostname);
    REQUIRE_FALSE(planned);
    CHECK(planned.error().message == "read /etc/hosts: not a regular file");
}

TEST_CASE("values in files of assignments", "[assignment]")
{
    struct Row {
        std::string before;
        std::string after;  // empty: no such name
    };
    const std::vector<Row> rows{
        {"N=old\n", "N=new\n"},
        {"N=old", "N=new"},
        {"  N=old x\r\n", "  N=new x\r\n"},
        {"N='a b' # c\n", "N=\"new\" # c\n"},
        {"N=\n", "N=new\n"},
        {"N=\"open\n", "N=\"new\"\n"},
        {"N=1\nN=2\nM=3\n", "N=1\nN=new\nM=3\n"},
        {"#N=old\n", ""},
        {"NN=old\n", ""},
        {"N =old\n", ""},
        {"", ""},
    };
    for (const auto& row : rows) {
        INFO(row.before);
        CHECK(with_assignment(row.before, "N", "new").value_or("") == row.after);
    }
}

}  // namespace
}  // namespace onectx::test
