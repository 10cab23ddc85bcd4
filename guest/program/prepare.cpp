// See prepare.h.
#include "guest/program/prepare.h"

#include <algorithm>

#include "guest/identity/identity.h"
#include "guest/model/problems.h"
#include "guest/net/backend.h"
#include "guest/plan/prune.h"
#include "guest/plan/read_only.h"
#include "guest/plan/state_record.h"
#include "guest/program/output.h"
#include "guest/system/disk/storage.h"
#include "guest/system/expected.h"
#include "guest/system/facts.h"
#include "guest/system/instance.h"
#include "guest/system/machine_name.h"
#include "guest/system/metadata_cache.h"
#include "guest/system/nics.h"
#include "guest/system/os_tree.h"
#include "guest/system/ready.h"
#include "guest/system/state.h"

namespace onectx {
namespace {

// udev names a NIC within fractions of a second; a context may name one that will never come, so
// only the first run of a boot waits for it.
constexpr std::chrono::seconds kNicLimit{5};

// Of a reverse lookup: long enough for a second server when the first is silent.
constexpr std::chrono::seconds kNameLimit{5};

// Who the machine is, at boot only: what is in use by then is nobody's to replace.
Result<PlannedStep> identify(const Context& context, const Root& root)
{
    auto machine = TRY(gather_instance(root));
    IdentityInput input{.tree = root,
                        .now = {.vmid = std::string(value_of(context, "VMID").value_or("")),
                                .uuid = machine.uuid,
                                .macs = {}},
                        .fresh_machine_id = machine.fresh_machine_id,
                        .machine_id_is_fresh = machine.machine_id_is_fresh};
    for (const auto& [name, variable] : context) {
        if (!name.starts_with("ETH") || !name.ends_with("_MAC")) continue;
        if (auto mac = parse_mac(variable.text)) input.now.macs.push_back(*mac);
    }
    return plan_identity(input);
}

// Where a medium was found once, the next boot waits longer for it; what a service said is kept for
// when it does not answer, and for no longer than it is the source.
Step remember_source(const Source& source, const FileReader& tree)
{
    const auto seen = source.kind == SourceKind::device ? "" : kSeenElsewhere;
    Step step{
        .name = "source",
        .changes = {MakeDirectory{.path = std::string(kStateDirectory), .mode = 0700, .owner = {}},
                    WriteFile{.path = std::string(kContextSeen),
                              .content = std::string(seen),
                              .mode = 0600,
                              .owner = {}}}};
    const auto kept =
        source.is_metadata ? cache_of_metadata(source.text, tree) : std::optional<WriteFile>();
    if (kept)
        step.changes.emplace_back(*kept);
    else
        step.changes.emplace_back(RemoveFile{std::string(kMetadataCache)});
    return step;
}

// A record that cannot be read keeps nobody from working: it is begun anew.
std::vector<Report> earlier_runs_of(const Machine& machine)
{
    auto runs = recall(machine.root);
    if (runs) return without_vain_runs(std::move(*runs));
    say("warning: " + runs.error().message + "; the record of runs is begun anew");
    return {};
}

// NICs may still be on their way. Those that stay missing are named by the network's planner.
Result<void> wait_for_devices(const Options& options, const Settings& settings,
                              const Machine& machine)
{
    const auto backend =
        choose_backend(options.backend, machine.config.policy, settings, machine.root).name;
    (void)TRY(
        wait_for_nics(nics_to_wait_for(settings, backend, options.stage), kNicLimit, machine.root));
    return {};
}

// Of the disks and of the names of addresses only what the context asks for.
Result<Facts> facts_for(const Options& options, const Settings& settings, const Machine& machine)
{
    auto facts = TRY(gather_facts(machine.root, machine.offline));
    if (machine.offline) return facts;
    if (!facts.container && options.stage != Stage::network)
        facts.storage = TRY(gather_storage(machine.root, settings.growing));
    const bool asks_for_name = settings.name_of_address && settings.name_of_address->dns &&
                               options.command != Command::run_scripts;
    if (options.stage != Stage::local && asks_for_name)
        facts.address_name = name_of_machine(facts.network, kNameLimit);
    return facts;
}

// What this run is not for.
Plan narrowed(Plan plan, const Options& options, const Found& found, const Machine& machine,
              bool amid_boot)
{
    // Of a machine without a context no more than its network is guessed.
    if (found.guessed)
        std::erase_if(plan.steps, [](const Step& step) {
            return step.name != "state" && step.name != "network" && step.name != "resolver";
        });
    // An event in the midst of a boot says nothing of the whole.
    if (amid_boot) std::erase_if(plan.steps, [](const Step& step) { return step.name == "ready"; });
    // Only a running system, and only when asked for all of it, is told.
    if (machine.offline || options.stage != Stage::all)
        for (auto& step : plan.steps) {
            step.activate.clear();
            step.prepare.clear();
        }
    if (!machine.offline && !is_writable(machine.root, "/etc"))
        return for_read_only_etc(std::move(plan));
    return plan;
}

}  // namespace

bool is_for_background(const Step& step)
{
    return step.background && step.failure.empty();
}

Result<Prepared> prepare(const Options& options, const Found& found, const Machine& machine,
                         const FileReader* medium)
{
    const auto& policy = machine.config.policy;
    const auto& context = found.vars.context;
    const auto earlier_runs = earlier_runs_of(machine);
    // A medium that comes late is a boot that comes late.
    const Occasion occasion{
        medium,
        options.pending && (options.command == Command::run_scripts || !earlier_runs.empty()),
        options.force};
    const auto asked = make_settings(context, policy, found.vars.refusals);
    if (!machine.offline && options.stage != Stage::network && earlier_runs.empty())
        TRY(wait_for_devices(options, asked, machine));
    auto facts = TRY(facts_for(options, asked, machine));
    auto whole = contextualize(found.vars, policy, facts, machine.root, options.stage,
                               options.backend, occasion);
    auto plan = narrowed(whole.plan, options, found, machine,
                         occasion.hot_plug && is_boot_going_on(earlier_runs));
    if (found.source.lasting && options.stage == Stage::local && !machine.offline) {
        auto identity = TRY(in_context("identity", identify(context, machine.root)));
        plan.steps.insert(plan.steps.begin(), std::move(identity.step));
        add_problems(plan.problems, std::move(identity.problems));
    }
    if (found.source.lasting) plan.steps.push_back(remember_source(found.source, machine.root));
    if (!options.force) plan = prune(std::move(plan), machine.root, facts);
    const auto& problems = machine.config.problems;
    plan.problems.insert(plan.problems.begin(), problems.begin(), problems.end());
    return Prepared{std::move(facts), std::move(whole), std::move(plan)};
}

void add_refused(const ShellVars& vars, std::vector<Problem>& problems)
{
    for (const auto& refused : vars.refused)
        add_problem(problems, {"",
                               "context.sh:" + std::to_string(refused.at.line) + ":" +
                                   std::to_string(refused.at.column) + ": " + refused.message,
                               true});
}

}  // namespace onectx
