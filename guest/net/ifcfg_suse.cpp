// SUSE's flavour of ifcfg.h, by the words of ifcfg(5), ifroute(5) and ifsysctl(5) of wicked. Name
// servers are not a device's there, but the machine's (netconfig(8)).
#include "common/text.h"
#include "guest/net/ifcfg.h"

namespace onectx {
namespace {

using Lines = std::vector<std::string>;

std::string assigned(std::string_view name, std::string_view value)
{
    return std::string(name) + "='" + std::string(value) + "'";
}

// Addresses and routes of the files count with each of them.
std::string_view boot_protocol(const Nic& nic)
{
    bool dhcp4 = nic.method4 == Ipv4Method::dhcp;
    bool dhcp6 = nic.method6 == Ipv6Method::dhcp;
    if (dhcp4 && dhcp6) return "dhcp";
    return dhcp4 ? "dhcp4" : dhcp6 ? "dhcp6" : "static";
}

template <class Interfaces>
void add_addresses(const Interfaces& interfaces, unsigned& number, Lines& lines)
{
    for (const auto& own : interfaces) {
        auto name = "IPADDR" + (number == 0 ? std::string() : "_" + std::to_string(number));
        ++number;
        lines.push_back(assigned(name, to_text(IpPrefix{own.address, own.prefix})));
    }
}

Lines ifcfg_lines(const Nic& nic, const Nic* parent)
{
    Lines lines{assigned("STARTMODE", "auto"), assigned("BOOTPROTO", boot_protocol(nic))};
    if (parent != nullptr) {
        lines.push_back(assigned("ETHERDEVICE", parent->device));
        lines.push_back(assigned("VLAN_ID", std::to_string(*parent->vlan)));
    }
    if (nic.mac && !nic.pci_address.empty()) lines.push_back(assigned("LLADDR", to_text(*nic.mac)));
    if (nic.mtu) lines.push_back(assigned("MTU", std::to_string(*nic.mtu)));
    unsigned number = 0;
    add_addresses(nic.addresses4, number, lines);
    add_addresses(nic.addresses6, number, lines);
    if (nic.announced_metric4)
        lines.push_back(
            assigned("DHCLIENT_ROUTE_PRIORITY", std::to_string(*nic.announced_metric4)));
    return lines;
}

// "DESTINATION GATEWAY - DEVICE OPTIONS". A host route leads to a gateway that no prefix covers.
Lines route_lines(const Nic& nic)
{
    Lines lines;
    auto rest = " - " + nic.device;
    for (const auto& route : nic.routes) {
        auto length = is_ipv4(route.destination.address) ? 32U : 128U;
        if (route.on_link) lines.push_back(to_text(IpPrefix{*route.gateway, length}) + " -" + rest);
        auto text = route.destination.length == 0 ? "default" : to_text(route.destination);
        text += " " + (route.gateway ? to_text(*route.gateway) : "-") + rest;
        if (route.metric) text += " metric " + std::to_string(*route.metric);
        lines.push_back(std::move(text));
    }
    return lines;
}

Lines sysctl_lines(const Nic& nic)
{
    auto setting = [](std::string_view name, char value) {
        return "net.ipv6.conf.$SYSCTL_IF." + std::string(name) + " = " + value;
    };
    switch (nic.method6) {
        case Ipv6Method::none:
        case Ipv6Method::skip: return {};
        case Ipv6Method::disable: return {setting("disable_ipv6", '1')};
        case Ipv6Method::address: return {setting("autoconf", '0'), setting("accept_ra", '0')};
        case Ipv6Method::slaac:
        case Ipv6Method::dhcp: break;
    }
    return {setting("autoconf", '1'), setting("accept_ra", '1'), setting("use_tempaddr", '0')};
}

}  // namespace

void add_suse_device(const Nic& nic, const Nic* below, IfcfgFiles& files)
{
    files["ifcfg-" + nic.device] = ifcfg_lines(nic, below);
    files["ifroute-" + nic.device] = route_lines(nic);
    files["ifsysctl-" + nic.device] = sysctl_lines(nic);
}

}  // namespace onectx
