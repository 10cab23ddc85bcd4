// `install`: a plan like any other, made and performed on files alone.
#include <unistd.h>

#include "guest/install/install.h"
#include "guest/plan/prune.h"
#include "guest/plan/show.h"
#include "guest/program/output.h"
#include "guest/program/run.h"
#include "guest/system/apply.h"
#include "guest/system/os_tree.h"
#include "guest/system/own_program.h"

namespace onectx {
namespace {

// Makes the changes that are left and prints each; what a step that failed made is not known.
int perform(const Plan& plan, Root& root)
{
    SystemRunner runner;
    SystemKernel kernel;
    auto never = [](std::string_view) -> Result<Step> { return fail("its files changed"); };
    auto report = apply(plan, root, runner, kernel, never, {.offline = true});
    bool changed = false;
    for (std::size_t i = 0; i < plan.steps.size(); ++i) {
        const auto& done = report.steps[i];
        if (done.result == StepResult::failed) {
            say("error: " + done.name + ": " + done.message);
        } else {
            print(show_changes(plan.steps[i]));
            changed |= done.result == StepResult::changed;
        }
    }
    say(report.problems);
    if (!changed && !report.failed()) print("nothing to do\n");
    if (changed && geteuid() != 0) say("owners are left as they are: not privileged");
    return report.failed() ? kPartFailed : kDone;
}

}  // namespace

Result<int> run_install(const Options& options)
{
    auto root = TRY(Root::open(options.root));
    InstallInput input{.tree = root, .init = options.init, .program = {}};
    if (input.init == Init::unknown) input.init = find_init(root, true);
    if (input.init == Init::unknown)
        return fail("no init system is known in " + options.root +
                    "; --init systemd, openrc or sysv names it");
    Plan plan;
    if (options.take_over) {
        plan = plan_takeover(input);
    } else {
        input.program = TRY(program_missing_at(root, std::string(kProgramPath)));
        plan = plan_install(input);
    }
    Facts facts;
    facts.offline = true;
    facts.privileged = geteuid() == 0;
    return perform(prune(std::move(plan), root, facts), root);
}

}  // namespace onectx
