// See contextualize.h.
#include "guest/plan/contextualize.h"

#include "guest/model/classic_names.h"
#include "guest/net/backend.h"

namespace onectx {

Contextualization contextualize(const ShellVars& vars, const Policy& policy, const Facts& facts,
                                const FileReader& tree, Stage stage, const std::string& backend,
                                const Occasion& occasion)
{
    std::vector<Problem> problems;
    auto context = with_classic_nic(vars.context, facts.nics, problems);
    auto settings = make_settings(context, policy, vars.refusals);
    settings.problems.insert(settings.problems.begin(), problems.begin(), problems.end());
    auto chosen = choose_backend(backend, policy, settings, tree);
    // A context without a NIC says nothing of the network, so nobody need own it.
    if (!settings.network) chosen.problems.clear();

    auto plan = make_plan(stage, {settings, policy, facts, tree, chosen.name, stage, occasion});
    plan.problems.insert(plan.problems.end(), chosen.problems.begin(), chosen.problems.end());
    return {std::move(settings), std::move(plan), stage, occasion};
}

Result<Step> Contextualization::replan(std::string_view step, const Policy& policy,
                                       const Facts& facts, const FileReader& tree) const
{
    auto planned =
        TRY(plan_step(step, {settings, policy, facts, tree, plan.backend, stage, occasion}));
    return std::move(planned.step);
}

}  // namespace onectx
