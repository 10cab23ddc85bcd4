// See account.h.
#include "tests/fault/account.h"

#include <unistd.h>

#include "guest/plan/contextualize.h"
#include "guest/system/apply.h"
#include "tests/fault/changes.h"
#include "tests/support/files.h"
#include "tests/support/machine.h"

namespace onectx::test {
namespace {

class NoRunner : public Runner {
  public:
    Result<void> run(const std::vector<std::string>&) override { return fail("not in a test"); }
};

}  // namespace

void fill_machine(const std::string& directory)
{
    std::filesystem::path root(directory);
    write_file(root / "etc/passwd", "root:x:0:0:root:/root:/bin/sh\n");
    write_file(root / "etc/group", "root:x:0:\n");
    write_file(root / "etc/shadow", "root:*:::::::\n");
    write_file(root / "etc/gshadow", "root:*::\n");
    write_file(root / "etc/subuid", "");
    write_file(root / "etc/subgid", "");
    write_file(root / "etc/skel/.profile", "# skeleton\n");
    write_file(root / "etc/sudoers.d/README", "");
    std::filesystem::create_directories(root / "home");
    std::filesystem::create_directories(root / "root");
}

Result<void> make_account(const std::string& directory)
{
    auto root = TRY(Root::open(directory));
    auto facts = Machine::facts_of_tests();
    facts.offline = true;
    facts.privileged = geteuid() == 0;
    ShellVars vars{.context = context_of({{"USERNAME", "alice"},
                                          {"CRYPTED_PASSWORD", "$6$salt$hash"},
                                          {"SSH_PUBLIC_KEY", test_key('a')}})};
    static_cast<void>(access(kMarker, F_OK) == 0);
    auto planned = contextualize(vars, {}, facts, root, Stage::local, "none");
    NoRunner runner;
    SystemKernel kernel;
    auto replan = [&](std::string_view step) { return planned.replan(step, {}, facts, root); };
    auto report = apply(planned.plan, root, runner, kernel, replan, {.offline = true});
    static_cast<void>(access(kMarker, F_OK) == 0);
    for (const auto& step : report.steps)
        if (step.result == StepResult::failed) return fail(step.name + ": " + step.message);
    for (const auto& line : to_lines(report.problems))
        return fail(line);
    return {};
}

}  // namespace onectx::test
