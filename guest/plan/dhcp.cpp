// See dhcp.h.
#include "guest/plan/dhcp.h"

#include <algorithm>

namespace onectx {
namespace {

std::string link_name(const Nic& nic)
{
    return nic.vlan ? vlan_device(nic) : nic.device;
}

std::vector<DhcpWish> wishes_of(const Network& network)
{
    std::vector<DhcpWish> wishes;
    for (const auto& nic : network.nics) {
        if (nic.device.empty()) continue;
        const unsigned own_metric = kLeaseMetric + 2 * nic.id + (nic.is_pci ? 1 : 0);
        if (nic.method4 == Ipv4Method::dhcp)
            wishes.push_back({.device = link_name(nic),
                              .metric = nic.announced_metric4.value_or(own_metric),
                              .keep_mtu = nic.mtu.has_value()});
        if (nic.method6 == Ipv6Method::dhcp)
            wishes.push_back({.device = link_name(nic), .ipv6 = true});
    }
    return wishes;
}

bool is_left(const Network& network, const DhcpWish& running)
{
    return !network.complete ||
           std::any_of(network.skipped.begin(), network.skipped.end(),
                       [&](const Nic& nic) { return link_name(nic) == running.device; });
}

}  // namespace

DhcpPlan plan_dhcp(const Network& network, const PlanInput& input)
{
    DhcpPlan plan;
    if (input.stage == Stage::local) return plan;
    const auto wanted = input.backend == "netlink" ? wishes_of(network) : std::vector<DhcpWish>();
    const auto& running = input.facts.dhcp_clients;
    for (const auto& one : running) {
        bool is_wanted = std::find(wanted.begin(), wanted.end(), one) != wanted.end();
        bool is_named = std::any_of(wanted.begin(), wanted.end(), [&](const DhcpWish& wish) {
            return dhcp_name(wish) == dhcp_name(one);
        });
        if (!is_wanted && (is_named || !is_left(network, one))) plan.ends.push_back({one, true});
    }
    for (const auto& one : wanted)
        if (std::find(running.begin(), running.end(), one) == running.end())
            plan.starts.push_back({one, false});
    return plan;
}

}  // namespace onectx
