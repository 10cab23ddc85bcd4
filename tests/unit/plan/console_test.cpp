// Blanking of the screen, and pam_securetty lines that are put out of action and back.
#include "guest/edit/pam_file.h"
#include "tests/support/catch.h"
#include "tests/support/machine.h"

namespace onectx::test {
namespace {

using Lines = std::vector<std::string>;

constexpr auto kModule = "pam_securetty.so";

const std::string kActive =
    "# login\n"
    "auth       optional   pam_faildelay.so  delay=3000000\n"
    "auth [user_unknown=ignore success=ok] pam_securetty.so\r\n"
    "#auth requisite pam_securetty.so\n"
    "auth requisite /lib/security/pam_securetty.so # root\n"
    "auth include common";
const std::string kInactive =
    "# login\n"
    "auth       optional   pam_faildelay.so  delay=3000000\n"
    "#onectx# auth [user_unknown=ignore success=ok] pam_securetty.so\r\n"
    "#auth requisite pam_securetty.so\n"
    "#onectx# auth requisite /lib/security/pam_securetty.so # root\n"
    "auth include common";

TEST_CASE("lines of a module go out of action and come back", "[console]")
{
    CHECK(with_pam_module(kActive, kModule, false) == kInactive);
    CHECK(with_pam_module(kInactive, kModule, false) == kInactive);
    CHECK(with_pam_module(kInactive, kModule, true) == kActive);
    CHECK(with_pam_module(kActive, kModule, true) == kActive);
    CHECK(with_pam_module("#auth required pam_securetty.so  # one-contextd\n", kModule, true) ==
          "auth required pam_securetty.so\n");
    CHECK(with_pam_module("#auth required pam_other.so # one-contextd\n", kModule, true) ==
          "#auth required pam_other.so # one-contextd\n");
}

TEST_CASE("lines of others keep every byte", "[console]")
{
    std::mt19937 random(7);
    for (int round = 0; round < 200; ++round) {
        auto text = random_text(random, {"auth required pam_securetty.so", "auth x pam_unix.so",
                                         "# pam_securetty.so", "@include common-auth"});
        CHECK(with_pam_module(with_pam_module(text, kModule, false), kModule, true) == text);
    }
}

TEST_CASE("SECURETTY, and what holds without it", "[console]")
{
    struct Row {
        std::string value;
        bool container;
        std::string before;
        std::string after;
    };
    for (const auto& row : std::vector<Row>{
             {"", false, kActive, kActive},
             {"", false, kInactive, kActive},
             {"", true, kActive, kInactive},
             {"NO", false, kActive, kInactive},
             {"yes", true, kInactive, kActive},
         }) {
        CAPTURE(row.value, row.container, row.before);
        Machine machine;
        machine.context = context_of({{"SECURETTY", row.value}});
        machine.facts.container = row.container;
        machine.tree.file("/etc/pam.d/login", row.before, 0600, 0, 3);
        machine.run(plan_console);
        CHECK(machine.text_of("/etc/pam.d/login") == row.after);
        CHECK((*machine.tree.read("/etc/pam.d/login"))->status ==
              FileStatus{FileType::regular, 0600, 0, 3});
        CHECK(machine.run(plan_console).step.changes.empty());
    }
}

TEST_CASE("the screen stays lit, where there is one", "[console]")
{
    Machine machine;
    CHECK(machine.run(plan_console).step.changes.empty());
    machine.tree.file("/sys/module/kernel/parameters/consoleblank", "600\n");
    CHECK(paths_of(machine.run(plan_console).step) == Lines{"console"});
    CHECK(machine.run(plan_console).step.changes.empty());
    machine.tree.file("/sys/module/kernel/parameters/consoleblank", "600\n");
    machine.facts.container = true;
    CHECK(machine.run(plan_console).step.changes.empty());
}

}  // namespace
}  // namespace onectx::test
