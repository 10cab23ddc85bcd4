// The time zone: the link, the files where distributions keep the name, and what is no zone.
#include "tests/support/catch.h"
#include "tests/support/machine.h"

namespace onectx::test {
namespace {

using Lines = std::vector<std::string>;

struct ZonedMachine : Machine {
    explicit ZonedMachine(const std::string& zone);
};

ZonedMachine::ZonedMachine(const std::string& zone)
{
    context = context_of({{"TIMEZONE", zone}});
    tree.file("/usr/share/zoneinfo/Europe/Berlin", "TZif2…")
        .file("/usr/share/zoneinfo/Etc/GMT+1", "TZif2…")
        .file("/usr/share/zoneinfo/zone.tab", "# a table\n")
        .file("/usr/share/secret", "TZif2")
        .link("/usr/share/zoneinfo/Germany", "Europe/Berlin");
}

TEST_CASE("a link into the database", "[timezone]")
{
    struct Row {
        std::string zone;
        std::string target;
    };
    for (const auto& row : std::vector<Row>{
             {"Europe/Berlin", "../usr/share/zoneinfo/Europe/Berlin"},
             {" Etc/GMT+1 ", "../usr/share/zoneinfo/Etc/GMT+1"},
             {"Germany", "../usr/share/zoneinfo/Germany"},
         }) {
        CAPTURE(row.zone);
        ZonedMachine machine(row.zone);
        auto planned = machine.run(plan_timezone);
        CHECK(planned.problems.empty());
        CHECK(paths_of(planned.step) == Lines{"/etc/localtime"});
        CHECK(*machine.tree.link_target("/etc/localtime") == row.target);
        CHECK(machine.run(plan_timezone).step.changes.empty());
    }
}

TEST_CASE("not asked for, nothing is touched", "[timezone]")
{
    ZonedMachine machine("");
    machine.tree.file("/etc/timezone", "Etc/UTC\n");
    CHECK(machine.run(plan_timezone).step.changes.empty());
}

TEST_CASE("what is no zone changes nothing and says so", "[timezone]")
{
    struct Row {
        std::string zone;
        std::string complaint;
    };
    for (const auto& row : std::vector<Row>{
             {"Europe/Atlantis",
              "error : TIMEZONE: 'Europe/Atlantis' is no time zone of this system"},
             {"zone.tab", "error TIMEZONE: 'zone.tab' is no name of a time zone"},
             {"Europe", "error : TIMEZONE: 'Europe' is no time zone of this system"},
             {"../secret", "error TIMEZONE: '../secret' is no name of a time zone"},
             {"/etc/shadow", "error TIMEZONE: '/etc/shadow' is no name of a time zone"},
             {"Europe//Berlin", "error TIMEZONE: 'Europe//Berlin' is no name of a time zone"},
             {"a\nb", "error TIMEZONE: 'a\\x0ab' is no name of a time zone"},
         }) {
        CAPTURE(row.zone);
        ZonedMachine machine(row.zone);
        std::vector<Problem> problems;
        const auto zone = read_system(machine.context, problems).timezone;
        CHECK(zone.empty() == !problems.empty());
        auto planned = machine.run(plan_timezone);
        problems.insert(problems.end(), planned.problems.begin(), planned.problems.end());
        CHECK(planned.step.changes.empty());
        REQUIRE(problems.size() == 1);
        CHECK(to_lines(problems).front() == row.complaint);
    }
}

TEST_CASE("a machine without the database says which package has it", "[timezone]")
{
    Machine machine;
    machine.context = context_of({{"TIMEZONE", "Europe/Berlin"}});
    CHECK(to_lines(machine.run(plan_timezone).problems) ==
          Lines{"error : TIMEZONE: this system has no zoneinfo database (the package is called "
                "tzdata)"});
}

TEST_CASE("files that hold the name besides", "[timezone]")
{
    ZonedMachine machine("Europe/Berlin");
    machine.tree.file("/etc/timezone", "Etc/UTC\n", 0640, 0, 5)
        .file("/etc/sysconfig/clock", "# clock\nTIMEZONE=\"UTC\"\nZONE=\"UTC\"\nUTC=true\n");
    auto planned = machine.run(plan_timezone);
    CHECK(paths_of(planned.step) ==
          Lines{"/etc/localtime", "/etc/timezone", "/etc/sysconfig/clock"});
    CHECK(machine.text_of("/etc/timezone") == "Europe/Berlin\n");
    CHECK((*machine.tree.read("/etc/timezone"))->status ==
          FileStatus{FileType::regular, 0640, 0, 5});
    CHECK(machine.text_of("/etc/sysconfig/clock") ==
          "# clock\nTIMEZONE=\"Europe/Berlin\"\nZONE=\"Europe/Berlin\"\nUTC=true\n");
    CHECK(machine.run(plan_timezone).step.changes.empty());
}

}  // namespace
}  // namespace onectx::test
