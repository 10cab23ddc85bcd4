// Red Hat's flavour of ifcfg.h, by the words of sysconfig.txt of its initscripts. Values are
// printed from types and need no quotes, but for lists.
#include "common/text.h"
#include "guest/net/ifcfg.h"

namespace onectx {
namespace {

std::string assigned(std::string_view name, std::string_view value)
{
    return std::string(name) + "=" + std::string(value);
}

using Lines = std::vector<std::string>;

void add_address(const Ipv4Interface& own, const std::string& suffix, Lines& lines)
{
    lines.push_back(assigned("IPADDR" + suffix, to_text(own.address)));
    lines.push_back(assigned("PREFIX" + suffix, std::to_string(own.prefix)));
}

void add_ipv4(const Nic& nic, Lines& lines)
{
    bool is_dhcp = nic.method4 == Ipv4Method::dhcp;
    lines.push_back(assigned("BOOTPROTO", is_dhcp ? "dhcp" : "none"));
    if (is_dhcp) {
        lines.emplace_back("PERSISTENT_DHCLIENT=1");
        if (nic.announced_metric4)
            lines.push_back(assigned("METRIC", std::to_string(*nic.announced_metric4)));
        return;  // further addresses are aliases there, with files of their own
    }
    for (std::size_t at = 0; at < nic.addresses4.size(); ++at)
        add_address(nic.addresses4[at], at == 0 ? "" : std::to_string(at), lines);
}

void add_addresses6(const Nic& nic, Lines& lines)
{
    Lines texts;
    for (const auto& own : nic.addresses6)
        texts.push_back(to_text(IpPrefix{own.address, own.prefix}));
    if (texts.empty()) return;
    lines.push_back(assigned("IPV6ADDR", texts.front()));
    texts.erase(texts.begin());
    if (!texts.empty())
        lines.push_back(assigned("IPV6ADDR_SECONDARIES", "\"" + join(texts, " ") + "\""));
}

void add_ipv6(const Nic& nic, Lines& lines)
{
    switch (nic.method6) {
        case Ipv6Method::none:
        case Ipv6Method::skip: return;
        case Ipv6Method::disable:
            lines.insert(lines.end(), {"IPV6INIT=no", "IPV6_AUTOCONF=no", "IPV6_DISABLED=yes"});
            return;
        case Ipv6Method::address:
            lines.insert(lines.end(), {"IPV6INIT=yes", "IPV6_AUTOCONF=no"});
            break;
        case Ipv6Method::slaac:
        case Ipv6Method::dhcp:
            lines.insert(lines.end(), {"IPV6INIT=yes", "IPV6_AUTOCONF=yes", "IPV6_PRIVACY=no"});
            break;
    }
    if (nic.method6 == Ipv6Method::dhcp) lines.emplace_back("DHCPV6C=yes");
    add_addresses6(nic, lines);
    if (nic.mtu) lines.push_back(assigned("IPV6_MTU", std::to_string(*nic.mtu)));
}

void add_resolver(const Nic& nic, Lines& lines)
{
    constexpr std::size_t kMostServers = 3;
    for (std::size_t at = 0; at < nic.nameservers.size() && at < kMostServers; ++at)
        lines.push_back(assigned("DNS" + std::to_string(at + 1), to_text(nic.nameservers[at])));
    if (!nic.search_domains.empty())
        lines.push_back(assigned("DOMAIN", "\"" + join(nic.search_domains, " ") + "\""));
}

// Arguments of `ip route`, as the files take them. A host route leads to a gateway that no prefix
// covers.
Lines route_lines(const Nic& nic, bool is_ipv6)
{
    Lines lines;
    auto dev = " dev " + nic.device;
    for (const auto& route : nic.routes) {
        if (is_ipv4(route.destination.address) == is_ipv6) continue;
        auto length = is_ipv6 ? 128U : 32U;
        if (route.on_link) lines.push_back(to_text(IpPrefix{*route.gateway, length}) + dev);
        auto text = route.destination.length == 0 ? "default" : to_text(route.destination);
        if (route.gateway) text += " via " + to_text(*route.gateway);
        text += dev;
        if (route.metric) text += " metric " + std::to_string(*route.metric);
        lines.push_back(std::move(text));
    }
    return lines;
}

void add_identity(const Nic& nic, const Nic* parent, Lines& lines)
{
    lines.push_back(assigned("DEVICE", nic.device));
    if (parent != nullptr) {
        lines.insert(lines.end(), {"VLAN=yes", assigned("PHYSDEV", parent->device),
                                   assigned("VID", std::to_string(*parent->vlan))});
    } else {
        lines.emplace_back("TYPE=Ethernet");
        bool is_given = !nic.pci_address.empty();
        if (nic.mac) lines.push_back(assigned(is_given ? "MACADDR" : "HWADDR", to_text(*nic.mac)));
    }
    lines.insert(lines.end(), {"ONBOOT=yes", "NM_CONTROLLED=no"});
}

}  // namespace

void add_redhat_device(const Nic& nic, const Nic* below, IfcfgFiles& files)
{
    auto& lines = files["ifcfg-" + nic.device];
    add_identity(nic, below, lines);
    if (nic.mtu) lines.push_back(assigned("MTU", std::to_string(*nic.mtu)));
    add_ipv4(nic, lines);
    add_ipv6(nic, lines);
    add_resolver(nic, lines);
    files["route-" + nic.device] = route_lines(nic, false);
    files["route6-" + nic.device] = route_lines(nic, true);
    if (nic.method4 != Ipv4Method::dhcp) return;
    for (std::size_t at = 0; at < nic.addresses4.size(); ++at) {
        auto alias = nic.device + ":" + std::to_string(at);
        auto& text = files["ifcfg-" + alias];
        text = {assigned("DEVICE", alias), "ONPARENT=yes", "NM_CONTROLLED=no"};
        add_address(nic.addresses4[at], "", text);
    }
}

}  // namespace onectx
