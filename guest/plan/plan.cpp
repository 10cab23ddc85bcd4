// The order of the steps; see plan.h.
#include "guest/plan/plan.h"

#include <algorithm>

#include "guest/model/problems.h"
#include "guest/plan/govern.h"
#include "guest/plan/prune.h"
#include "guest/plan/scripts.h"
#include "guest/plan/state_record.h"
#include "guest/plan/tree_after.h"
#include "guest/plan/user_data.h"

namespace onectx {
namespace {

// Room and file systems before what is written to them, files before daemons read them, accounts
// before their keys. All belong to the local stage:
// whatever a machine needs to be itself is there before networking starts.
constexpr NamedPlanner kPlanners[] = {
    {"growing", plan_growing},
    {"mounts", plan_mounts},
    {"hostname", plan_hostname},
    {"network", plan_network},
    {"resolver", plan_resolver},
    {"router", plan_router},
    {"timezone", plan_timezone},
    {"users", plan_users},
    {"ssh-keys", plan_ssh_keys},
    {"console", plan_console},
    {"swap", plan_swap},
    {"one-env", plan_one_env},
    {"user-data-mounts", plan_user_data_mounts},
    {"user-data-ntp", plan_user_data_ntp},
    {"user-data-sshd", plan_user_data_sshd},
    {"user-data-files", plan_user_data_files},
};

// What plan_scripts() plans of them.
constexpr NamedPlanner kDeferred{"user-data-deferred-files", plan_user_data_deferred};

// After networking it is looked whether the network is there, and what its name for us is.
constexpr NamedPlanner kNetworkPlanners[] = {{"hostname", plan_hostname},
                                             {"network", plan_network}};

// A name that is made of the machine's address has to wait for it; an image has none.
bool is_due(const NamedPlanner& planner, Stage stage, const PlanInput& input)
{
    if (planner.name != "hostname") return true;
    const bool waits = input.settings.name_of_address.has_value();
    if (waits && input.facts.offline) return false;
    return stage == Stage::all || (stage == Stage::network) == waits;
}

// The records of all steps are keyed alike. A fresh key is written before any of them, whichever
// steps fail.
void lead_with_key(Plan& plan)
{
    Step first{.name = "state"};
    for (auto& step : plan.steps) {
        auto is_of_key = [](const Change& change) {
            auto path = path_of(change);
            return path == kStateDirectory || path == kStateKey;
        };
        auto& record = step.record;
        auto rest = std::stable_partition(record.begin(), record.end(), is_of_key);
        if (std::any_of(record.begin(), rest,
                        [](const Change& change) { return path_of(change) == kStateKey; })) {
            first.record.assign(record.begin(), rest);
            record.erase(record.begin(), rest);
        }
    }
    if (first.record.empty()) return;
    for (auto& step : plan.steps)
        std::erase_if(step.changes,
                      [](const Change& change) { return path_of(change) == kStateKey; });
    plan.steps.insert(plan.steps.begin(), std::move(first));
}

}  // namespace

std::vector<NamedPlanner> planners_of(Stage stage)
{
    if (stage == Stage::network) return {std::begin(kNetworkPlanners), std::end(kNetworkPlanners)};
    return {std::begin(kPlanners), std::end(kPlanners)};
}

Plan make_plan(Stage stage, const PlanInput& input)
{
    Plan plan{.stage = std::string(to_text(stage)),
              .backend = input.backend,
              .problems = input.settings.problems};
    TreeAfter after(input.tree);
    for (const auto& planner : planners_of(stage)) {
        if (!is_due(planner, stage, input)) continue;
        // Others look at the machine; these add to what the steps before them write.
        const bool is_behind = planner.plan == plan_user_data_files;
        const auto its_input = is_behind ? with_tree(input, after) : input;
        auto planned = planner.plan(its_input);
        if (!planned)
            planned = PlannedStep{
                {.name = std::string(planner.name), .failure = std::move(planned).error().message},
                {}};
        auto governed = govern(std::move(*planned), its_input);
        after.take(governed.step);
        plan.steps.push_back(std::move(governed.step));
        add_problems(plan.problems, std::move(governed.problems));
    }
    lead_with_key(plan);
    const auto governed = plan.steps.size();
    plan_scripts(input, plan);
    if (!input.occasion.force)
        for (auto at = governed; at < plan.steps.size(); ++at)
            plan.steps[at] = prune(std::move(plan.steps[at]), input.tree, input.facts);
    return plan;
}

Result<PlannedStep> plan_step(std::string_view name, const PlanInput& input)
{
    for (const auto& planner : kPlanners)
        if (planner.name == name) return govern(TRY(planner.plan(input)), input);
    if (kDeferred.name == name) return govern(TRY(kDeferred.plan(input)), input);
    return fail("no step is called " + std::string(name));
}

std::string_view to_text(Stage stage)
{
    switch (stage) {
        case Stage::local: return "local";
        case Stage::network: return "network";
        case Stage::all: return "all";
    }
    return "";
}

}  // namespace onectx
