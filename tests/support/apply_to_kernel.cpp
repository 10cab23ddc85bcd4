// See apply_to_kernel.h.
#include "tests/support/apply_to_kernel.h"

#include <algorithm>
#include <stdexcept>

namespace onectx::test {
namespace {

constexpr unsigned kEthernetMtu = 1500;

KernelLink& link_named(const std::string& name, KernelNetwork& kernel)
{
    auto found = std::find_if(kernel.links.begin(), kernel.links.end(),
                              [&](const KernelLink& link) { return link.name == name; });
    if (found == kernel.links.end()) throw std::runtime_error("no link " + name);
    return *found;
}

void make_vlan(const LinkChange& change, KernelNetwork& kernel)
{
    auto link = link_named(change.vlan->parent, kernel);
    link.parent = link.index;
    link.index = kernel.links.back().index + 1;
    link.name = change.device;
    link.vlan = change.vlan->id;
    link.permanent_mac.reset();
    link.up = link.running = false;
    kernel.links.push_back(link);
}

void remove_link(int index, KernelNetwork& kernel)
{
    auto is_on = [&](const auto& held) { return held.link == index; };
    std::erase_if(kernel.addresses, is_on);
    std::erase_if(kernel.routes, is_on);
    std::erase_if(kernel.links, [&](const KernelLink& link) { return link.index == index; });
}

KernelRoute route_on(int link, const Route& route)
{
    constexpr unsigned kIpv6Metric = 1024;  // what the kernel takes for none
    const auto none = is_ipv4(route.destination.address) ? 0 : kIpv6Metric;
    return {.link = link,
            .destination = route.destination,
            .gateway = route.gateway,
            .metric = route.metric.value_or(none),
            .protocol = kOwnRouteProtocol,
            .on_link = route.on_link};
}

void add_item(int link, const LinkItem& item, KernelNetwork& kernel)
{
    auto add = [](const auto& held, auto& list) {
        if (std::find(list.begin(), list.end(), held) != list.end())
            throw std::runtime_error("it is there already");
        list.push_back(held);
    };
    if (const auto* address = std::get_if<IpPrefix>(&item))
        add(KernelAddress{.link = link, .prefix = *address, .permanent = true, .global = true},
            kernel.addresses);
    else
        add(route_on(link, std::get<Route>(item)), kernel.routes);
}

void remove_item(int link, const LinkItem& item, KernelNetwork& kernel)
{
    std::size_t gone = 0;
    if (const auto* address = std::get_if<IpPrefix>(&item))
        gone = std::erase_if(kernel.addresses, [&](const KernelAddress& held) {
            return held.link == link && held.prefix == *address;
        });
    else
        gone = std::erase_if(kernel.routes, [&](const KernelRoute& held) {
            return held == route_on(link, std::get<Route>(item));
        });
    if (gone != 1) throw std::runtime_error(to_text(item) + " is not there");
}

}  // namespace

KernelNetwork kernel_of(const std::vector<NetworkDevice>& devices)
{
    KernelNetwork kernel;
    for (const auto& device : devices)
        if (!device.bus.empty())
            kernel.links.push_back({.index = static_cast<int>(kernel.links.size()) + 2,
                                    .name = device.name,
                                    .mac = device.mac,
                                    .permanent_mac = device.permanent_mac,
                                    .running = true,
                                    .mtu = kEthernetMtu,
                                    .ipv6 = KernelLink::Ipv6{}});
    return kernel;
}

void apply_to_kernel(const LinkChange& change, KernelNetwork& kernel)
{
    if (change.create) make_vlan(change, kernel);
    auto& link = link_named(change.device, kernel);
    if (change.destroy) return remove_link(link.index, kernel);
    if (change.address) link.mac = *change.address;
    if (change.up) link.up = true;
    if (change.mtu) link.mtu = *change.mtu;
    if (change.ipv6)
        link.ipv6 = {.disabled = change.ipv6 == Ipv6Mode::off,
                     .accept_ra = change.ipv6 == Ipv6Mode::announced ? 1 : 0};
    for (const auto& item : change.remove)
        remove_item(link.index, item, kernel);
    for (const auto& item : change.add)
        add_item(link.index, item, kernel);
}

void apply_to_kernel(const Step& step, Facts& facts)
{
    for (const auto& change : step.changes) {
        if (const auto* link = std::get_if<LinkChange>(&change))
            apply_to_kernel(*link, *facts.network);
        const auto* dhcp = std::get_if<DhcpChange>(&change);
        if (dhcp == nullptr) continue;
        if (dhcp->end)
            std::erase(facts.dhcp_clients, dhcp->client);
        else
            facts.dhcp_clients.push_back(dhcp->client);
    }
}

}  // namespace onectx::test
