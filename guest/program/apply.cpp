// `apply`, and what calls for it: notes of events, and leases.
#include <algorithm>
#include <chrono>

#include "guest/model/user_data_settings.h"
#include "guest/plan/find_device.h"
#include "guest/program/output.h"
#include "guest/program/prepare.h"
#include "guest/program/run.h"
#include "guest/program/scripts.h"
#include "guest/program/vain_run.h"
#include "guest/system/apply.h"
#include "guest/system/detached.h"
#include "guest/system/dhcp/run_client.h"
#include "guest/system/lock.h"
#include "guest/system/pending.h"
#include "guest/system/scripts.h"
#include "guest/system/state.h"

namespace onectx {
namespace {

using Clock = std::chrono::steady_clock;

// What the next run has to know of this one.
Result<void> remember_run(const Report& report, const Found& found, Machine& machine)
{
    TRY(remember(machine.root, report));
    auto vmid = value_of(found.vars.context, "VMID");
    if (!found.source.lasting || !vmid) return {};
    return accept_vmid(machine.root, *vmid);
}

// Where systemd runs (sd_booted(3)), a path unit waits for notes.
Result<bool> answers_notes_itself(const Options& options, const Root& root)
{
    return is_running_system(options.root) && !TRY(root.status("/run/systemd/system"));
}

// A NIC that udev has not named in time is named without an event that counts (init/udev), so it is
// looked at again once the machine has started.
void come_back_for_unnamed_nics(const Prepared& prepared, Root& root)
{
    const auto& [settings, plan, stage, occasion] = prepared.contextualization;
    auto nics = nics_to_wait_for(settings, plan.backend, stage);
    const bool is_unnamed = std::any_of(nics.begin(), nics.end(), [&](Nic& nic) {
        const auto* device = find_device(prepared.facts.nics, nic);
        return device != nullptr && !device->initialized;
    });
    if (!is_unnamed) return;
    if (auto noted = leave_note(root); !noted) say("warning: " + noted.error().message);
}

Result<int> apply_context(const Options& given, Clock::time_point begin)
{
    auto options = given;
    auto machine = TRY(open_machine(options));
    // What was noted while the machine started is about to be seen.
    if (options.stage == Stage::local && !machine.offline) TRY(drop_note(machine.root));
    auto found = find_context(options, machine);
    if (!found) {
        const auto& [status, reason] = found.error();
        if (!reason.empty())
            tell_of_vain_run(options, std::string(to_text(options.stage)), begin, reason);
        return status;
    }
    auto lock = std::optional(TRY(RunLock::take(machine.root, kLockLimit)));
    const bool is_news = options.stage == Stage::network && found->source.is_news;
    if (is_news || comes_after_nothing(options, machine)) options.stage = Stage::all;
    if (auto closed = close_state_directory(machine.root); !closed)
        say("warning: " + closed.error().message);
    TRY(check_vmid(*found, machine));
    auto medium = medium_of(*found);
    auto prepared = TRY(prepare(options, *found, machine, medium.get()));
    const bool scripts_are_due =
        std::erase_if(prepared.plan.steps, is_for_background) != 0 && !machine.offline;

    SystemScripts hooks(machine.root, found->source, found->vars.context, "local",
                        secrets_of(prepared.contextualization.settings.accounts));
    SystemRunner runner;
    SystemKernel kernel;
    auto replan = [&](std::string_view step) {
        return prepared.contextualization.replan(step, machine.config.policy, prepared.facts,
                                                 machine.root);
    };
    auto report = apply(prepared.plan, machine.root, runner, kernel, replan,
                        {.offline = machine.offline,
                         .activate = options.stage == Stage::all,
                         .verify = options.stage != Stage::local,
                         .verify_limit = std::chrono::seconds(machine.config.policy.verify_seconds),
                         .scripts = &hooks});
    report.source = found->source.description;
    say(report.problems);
    say_steps(report);
    add_refused(found->vars, report.problems);
    if (!machine.offline) say_on_console(report);
    // The machine is what it should be; that this is not remembered is worth a word and no more.
    if (auto remembered = remember_run(report, *found, machine); !remembered)
        say("warning: remember this run: " + remembered.error().message);
    lock.reset();
    if (options.stage == Stage::local && !machine.offline)
        come_back_for_unnamed_nics(prepared, machine.root);
    int status = report.failed() ? kPartFailed : kDone;
    if (scripts_are_due)
        status = std::max(status, TRY(see_to_scripts(options, prepared.contextualization.occasion,
                                                     *found, machine)));
    return status;
}

Result<int> apply_once(const Options& options)
{
    const auto begin = Clock::now();
    auto status = apply_context(options, begin);
    if (!status)
        tell_of_vain_run(options, std::string(to_text(options.stage)), begin,
                         status.error().message);
    return status;
}

}  // namespace

Result<int> run_apply(const Options& options)
{
    auto status = apply_once(options);
    if (options.stage != Stage::network) return status;
    auto root = TRY(Root::open(options.root));
    if (!TRY(answers_notes_itself(options, root))) return status;
    TRY(note_started(root));
    if (TRY(root.status(kPendingNote))) TRY(start_note_taker());
    return status;
}

Result<int> run_pending(const Options& options)
{
    auto root = TRY(Root::open(options.root));
    int status = kDone;
    // Looked for once more when others can have a turn again: a note may have come in between.
    while (TRY(root.status(kPendingNote))) {
        auto taker = TRY(NoteTaker::begin(root));
        if (!taker) break;
        // Who leaves a note meanwhile counts on us, whatever became of the last one.
        while (TRY(taker->take())) {
            auto applied = apply_once(options);
            if (!applied) say("error: " + applied.error().message);
            status = applied.value_or(kPartFailed);
        }
    }
    return status;
}

Result<int> run_trigger(const Options& options)
{
    auto root = TRY(Root::open(options.root));
    TRY(leave_note(root));
    if (TRY(answers_notes_itself(options, root)) && TRY(root.status(kStarted)))
        TRY(start_note_taker());
    return kDone;
}

Result<int> run_dhcp(const Options& options)
{
    auto root = TRY(Root::open("/"));
    // The resolver is planned like everything else, from the record of the lease. A run that goes
    // on has the lock, and this one waits for it.
    auto plan_resolver_anew = [&root] {
        auto begun = leave_note(root);
        if (begun) begun = start_detached({"apply", "--pending", "--backend", "netlink"});
        if (!begun) say("warning: " + begun.error().message);
    };
    TRY(run_dhcp_client(options.client, root, plan_resolver_anew));
    return kDone;
}

}  // namespace onectx
