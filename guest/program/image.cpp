// `install` and `seal`: plans like any other, made and performed on files alone.
#include <unistd.h>

#include "guest/identity/identity.h"
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

// What nobody changed is left out. Without privilege owners stay as they are.
Plan what_is_left(Plan plan, const Root& root)
{
    Facts facts;
    facts.offline = true;
    facts.privileged = geteuid() == 0;
    return prune(std::move(plan), root, facts);
}

// Makes the changes and prints each, as lines or as the JSON of a plan; what a step that failed
// made is not known.
int perform(const Plan& plan, Root& root, bool json)
{
    auto shown = json ? show_json(plan, root) : std::string();
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
            if (!json) print(show_changes(plan.steps[i]));
            changed |= done.result == StepResult::changed;
        }
    }
    print(shown);
    say(report.problems);
    if (!json && !changed && !report.failed()) print("nothing to do\n");
    if (changed && geteuid() != 0) say("owners are left as they are: not privileged");
    return report.failed() ? kPartFailed : kDone;
}

}  // namespace

Result<int> run_install(const Options& options)
{
    auto root = TRY(Root::open(options.root));
    InstallInput input{.tree = root, .init = options.init, .program = {}};
    if (input.init == Init::unknown) input.init = find_init(root, true);
    if (input.init == Init::unknown && !options.take_over)
        return fail("no init system is known in " + options.root +
                    "; --init systemd, openrc or sysv names it");
    Plan plan;
    if (options.take_over) {
        plan = plan_takeover(input);
    } else {
        input.program = TRY(program_missing_at(root, std::string(kProgramPath)));
        plan = plan_install(input);
    }
    return perform(what_is_left(std::move(plan), root), root, false);
}

Result<int> run_seal(const Options& options)
{
    auto root = TRY(Root::open(options.root));
    auto plan = plan_seal(root, find_init(root, true));
    return perform(what_is_left(std::move(plan), root), root, options.json);
}

}  // namespace onectx
