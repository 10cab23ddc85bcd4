// The order of the steps; see plan.h.
#include "guest/plan/plan.h"

#include <algorithm>

#include "guest/plan/scripts.h"

namespace onectx {
namespace {

// Files before daemons read them, accounts before their keys. All belong to the local stage:
// whatever a machine needs to be itself is there before networking starts.
constexpr NamedPlanner kPlanners[] = {
    {"hostname", plan_hostname}, {"network", plan_network},   {"resolver", plan_resolver},
    {"router", plan_router},     {"timezone", plan_timezone}, {"users", plan_users},
    {"ssh-keys", plan_ssh_keys}, {"console", plan_console},   {"swap", plan_swap},
    {"one-env", plan_one_env},
};

// After networking it is looked whether the network is there.
constexpr NamedPlanner kNetworkPlanners[] = {{"network", plan_network}};

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
    for (const auto& planner : planners_of(stage)) {
        auto planned = planner.plan(input);
        if (!planned) {
            plan.steps.push_back(
                {.name = std::string(planner.name), .failure = std::move(planned).error().message});
            continue;
        }
        plan.steps.push_back(std::move(planned->step));
        std::move(planned->problems.begin(), planned->problems.end(),
                  std::back_inserter(plan.problems));
    }
    plan_scripts(input, plan);
    return plan;
}

Result<PlannedStep> plan_step(std::string_view name, const PlanInput& input)
{
    for (const auto& planner : kPlanners)
        if (planner.name == name) return planner.plan(input);
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
