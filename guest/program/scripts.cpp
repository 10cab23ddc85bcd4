// See scripts.h, and run.h for `run-scripts`.
#include "guest/program/scripts.h"

#include <chrono>
#include <functional>
#include <optional>

#include "guest/model/user_data_settings.h"
#include "guest/program/output.h"
#include "guest/program/prepare.h"
#include "guest/program/run.h"
#include "guest/program/vain_run.h"
#include "guest/system/apply.h"
#include "guest/system/fetch.h"
#include "guest/system/lock.h"
#include "guest/system/onegate.h"
#include "guest/system/ready.h"
#include "guest/system/script_turn.h"
#include "guest/system/scripts.h"

namespace onectx {
namespace {

// Takes files from the network; whom it trusts is said where OneGate's client is told the same.
std::function<Result<std::string>(const FetchFile&)> fetcher(const Policy& policy)
{
    constexpr std::chrono::seconds kFetchLimit{300};
    auto options = onegate_options(policy);
    options.limit = kFetchLimit;
    return [options](const FetchFile& file) { return fetch(file, options); };
}

// The scripts that are due, one after the other. Other runs are locked out while it is planned and
// recorded, not while a script runs: it may well want one.
Result<int> run_due_scripts(const Options& options, const Found& found, Machine& machine)
{
    auto medium = medium_of(found);
    auto lock = std::optional(TRY(RunLock::take(machine.root, kLockLimit)));
    auto prepared = TRY(prepare(options, found, machine, medium.get()));
    auto& plan = prepared.plan;
    std::erase_if(plan.steps, [](const Step& step) { return !is_for_background(step); });
    plan.stage = "scripts";
    plan.problems.clear();  // said by who started us
    TRY(remember_interrupted(machine.root));
    lock.reset();

    SystemRunner runner;
    SystemKernel kernel;
    SystemScripts scripts(machine.root, found.source, found.vars.context, "network",
                          secrets_of(prepared.contextualization.settings.accounts));
    OneGateAttributes attributes(machine.root, machine.config.policy);
    SystemReady ready(machine.root, scripts, &attributes);
    auto replan = [&](std::string_view step) {
        return prepared.contextualization.replan(step, machine.config.policy, prepared.facts,
                                                 machine.root);
    };
    // That it cannot be noted keeps no script from running.
    auto note = [&](Report so_far) {
        so_far.source = found.source.description;
        if (auto noted = note_progress(machine.root, so_far); !noted)
            say("warning: " + noted.error().message);
    };
    auto report = apply(plan, machine.root, runner, kernel, replan,
                        {.offline = machine.offline,
                         .scripts = &scripts,
                         .ready = &ready,
                         .progress = note,
                         .fetch = fetcher(machine.config.policy)});
    report.source = found.source.description;
    say_steps(report);
    if (!machine.offline) say_on_console(report);
    note(report);
    lock = TRY(RunLock::take(machine.root, kLockLimit));
    TRY(remember_finished(machine.root, report));
    return report.failed() ? kPartFailed : kDone;
}

}  // namespace

Result<int> see_to_scripts(const Options& options, const Occasion& occasion, const Found& found,
                           Machine& machine)
{
    if (!found.source.lasting) {
        auto turn = TRY(take_script_turn(machine.root));
        return turn ? run_due_scripts(options, found, machine) : kDone;
    }
    std::vector<std::string> arguments{"run-scripts", "--stage",
                                       std::string(to_text(options.stage))};
    if (!options.config.empty()) arguments.insert(arguments.end(), {"--config", options.config});
    if (occasion.hot_plug) arguments.emplace_back("--pending");
    TRY(start_scripts(arguments));
    return kDone;
}

Result<int> run_scripts(const Options& options)
{
    const auto begin = std::chrono::steady_clock::now();
    auto machine = TRY(open_machine(options));
    auto turn = TRY(take_script_turn(machine.root));
    if (!turn) return kDone;
    auto found = find_context(options, machine);
    if (!found) {
        if (!found.error().reason.empty())
            tell_of_vain_run(options, "scripts", begin, found.error().reason);
        return found.error().status;
    }
    auto run = [&]() -> Result<int> {
        TRY(check_vmid(*found, machine));
        return run_due_scripts(options, *found, machine);
    };
    auto status = run();
    if (!status) tell_of_vain_run(options, "scripts", begin, status.error().message);
    return status;
}

}  // namespace onectx
