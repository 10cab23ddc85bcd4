// The network wish: finds the device of each NIC and hands the model to the back-end that owns the
// links. Nothing at all is touched where the context names no NIC (reference 5.27).
#include <algorithm>

#include "guest/net/interfaces.h"
#include "guest/net/netlink_only.h"
#include "guest/net/networkd.h"
#include "guest/plan/links.h"
#include "guest/plan/plan.h"

namespace onectx {
namespace {

// The device of a MAC: the burnt-in address says more than the one in use, which bonds and VLANs
// share with their parents; of equals the one that hangs on a bus is the NIC (user-needs R-88).
const NetworkDevice* find_device(const std::vector<NetworkDevice>& devices, const Mac& mac)
{
    const NetworkDevice* best = nullptr;
    auto rank = [&](const NetworkDevice& device) {
        return (device.permanent_mac == mac ? 2 : 0) + (device.bus.empty() ? 0 : 1);
    };
    for (const auto& device : devices) {
        if (device.mac != mac && device.permanent_mac != mac) continue;
        if (best == nullptr || rank(device) > rank(*best)) best = &device;
    }
    return best;
}

void name_devices(const Facts& facts, Network& network, std::vector<Problem>& problems)
{
    for (auto& nic : network.nics) {
        auto variable = "ETH" + std::to_string(nic.id) + "_MAC";
        const auto* device = find_device(facts.nics, nic.mac);
        if (device == nullptr)
            problems.push_back(
                {variable, "no device with MAC " + to_text(nic.mac) + " yet", false});
        else if (!device->initialized)
            problems.push_back(
                {variable, "the device with MAC " + to_text(nic.mac) + " has no final name yet",
                 false});
        else
            nic.device = device->name;
    }
}

Result<PlannedStep> plan_files(const Network& network, const PlanInput& input)
{
    if (input.backend == "networkd") return plan_networkd(network, input.tree);
    if (input.backend == "interfaces") return plan_interfaces(network, input.tree);
    if (input.backend == "netlink") return plan_netlink(network);
    return fail("the " + input.backend + " back-end cannot be written yet");
}

// What the kernel has to hold, and where nobody else sets it on a running system, how it comes to.
void plan_kernel(const Network& network, const PlanInput& input, PlannedStep& planned)
{
    auto& step = planned.step;
    step.goal = make_goal(network, input);
    if (!step.goal) return;
    bool sets_links =
        input.backend == "netlink" || (input.backend == "interfaces" && input.stage == Stage::all);
    if (!sets_links || input.stage == Stage::network) return;
    auto changes = direct_changes(*step.goal, input.facts, step.activate);
    std::move(changes.begin(), changes.end(), std::back_inserter(step.changes));
}

}  // namespace

Result<PlannedStep> plan_network(const PlanInput& input)
{
    PlannedStep nothing{.step = {.name = "network"}};
    if (!input.settings.network || !input.policy.network || input.backend == "none") return nothing;
    auto network = *input.settings.network;
    std::vector<Problem> problems;
    name_devices(input.facts, network, problems);

    PlannedStep planned = nothing;
    if (input.stage != Stage::network) planned = TRY(plan_files(network, input));
    planned.problems.insert(planned.problems.begin(), problems.begin(), problems.end());
    plan_kernel(network, input, planned);
    return planned;
}

}  // namespace onectx
