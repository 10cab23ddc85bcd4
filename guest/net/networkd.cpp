// See networkd.h.
#include "guest/net/networkd.h"

#include "common/text.h"
#include "guest/net/own_files.h"
#include "guest/net/sections.h"

namespace onectx {
namespace {

// The first file that matches a link is the one that counts, and those of netplan, of cloud-init
// and of Debian's cloud images begin with 10 or more.
constexpr OwnPlace kNetworks{"/etc/systemd/network", "05-onectx-", ".network"};
constexpr OwnPlace kNetdevs{"/etc/systemd/network", "05-onectx-", ".netdev"};

bool is_dynamic(Ipv6Method method)
{
    return method == Ipv6Method::slaac || method == Ipv6Method::dhcp;
}

std::string_view dhcp_of(const Nic& nic)
{
    bool dhcp4 = nic.method4 == Ipv4Method::dhcp;
    bool dhcp6 = nic.method6 == Ipv6Method::dhcp;
    if (dhcp4 && dhcp6) return "yes";
    return dhcp4 ? "ipv4" : dhcp6 ? "ipv6" : "no";
}

// The matrix of reference 2.6. Where nobody says anything of IPv6 networkd's own default stays.
void add_methods(const Nic& nic, Section& network)
{
    network.add("DHCP", dhcp_of(nic));
    switch (nic.method6) {
        case Ipv6Method::none:
        case Ipv6Method::skip: break;
        case Ipv6Method::address: network.add("IPv6AcceptRA", "no"); break;
        case Ipv6Method::slaac:
        case Ipv6Method::dhcp:
            network.add("IPv6AcceptRA", "yes");
            network.add("IPv6PrivacyExtensions", "no");
            break;
        case Ipv6Method::disable:
            // Without a link-local address the kernel's IPv6 is off on the link.
            network.add("LinkLocalAddressing", "no");
            network.add("IPv6AcceptRA", "no");
            break;
    }
}

// A name, a PCI address or a MAC: what there is that tells the link best.
std::string match_section(const Nic& nic)
{
    Section match("Match");
    if (!nic.pci_address.empty())
        match.add("Path", "pci-" + nic.pci_address);
    else if (nic.mac)
        match.add("MACAddress", to_text(*nic.mac));
    else
        match.add("Name", nic.device);
    // A bridge or a VLAN on it has the same MAC.
    if (nic.mac || !nic.pci_address.empty()) match.add("Type", "ether");
    return match.text();
}

std::string link_section(const Nic& nic)
{
    Section link("Link");
    if (nic.mac && !nic.pci_address.empty()) link.add("MACAddress", to_text(*nic.mac));
    link.add("MTUBytes", nic.mtu);
    return link.text();
}

std::string network_section(const Nic& nic)
{
    Section network("Network");
    add_methods(nic, network);
    if (nic.vlan) network.add("VLAN", vlan_device(nic));
    for (const auto& own : nic.addresses4)
        network.add("Address", to_text(IpPrefix{own.address, own.prefix}));
    for (const auto& own : nic.addresses6)
        network.add("Address", to_text(IpPrefix{own.address, own.prefix}));
    for (const auto& server : nic.nameservers)
        network.add("DNS", to_text(server));
    if (!nic.search_domains.empty()) network.add("Domains", join(nic.search_domains, " "));
    return network.text();
}

std::string route_section(const Route& route)
{
    Section section("Route");
    if (route.destination.length > 0 || !route.gateway)
        section.add("Destination", to_text(route.destination));
    if (route.gateway)
        section.add("Gateway", to_text(*route.gateway));
    else
        section.add("Scope", "link");
    if (route.on_link) section.add("GatewayOnLink", "yes");
    section.add("Metric", route.metric);
    return section.text();
}

std::string render_netdev(const Nic& nic)
{
    Section netdev("NetDev");
    netdev.add("Name", vlan_device(nic));
    netdev.add("Kind", "vlan");
    Section vlan("VLAN");
    vlan.add("Id", nic.vlan);
    return std::string(kOwnFileHeader) + netdev.text() + vlan.text();
}

}  // namespace

std::string networkd_path(const Nic& nic)
{
    return kNetworks.path_of(label_of(nic));
}

std::string render_networkd(const Nic& nic)
{
    Section dhcp4("DHCPv4");
    dhcp4.add("RouteMetric", nic.announced_metric4);
    Section announced("IPv6AcceptRA");
    if (nic.method6 == Ipv6Method::slaac) announced.add("DHCPv6Client", "no");
    if (is_dynamic(nic.method6)) announced.add("RouteMetric", nic.announced_metric6);

    std::string text(kOwnFileHeader);
    text += match_section(nic) + link_section(nic) + network_section(nic);
    for (const auto& route : nic.routes)
        text += route_section(route);
    return text + dhcp4.text() + announced.text();
}

Result<PlannedStep> plan_networkd(const Network& network, const FileReader& tree)
{
    PlannedStep planned{.step = {.name = "network"}};
    std::vector<OwnFile> networks, netdevs;
    for (const auto& nic : network.nics) {
        auto variable = variables_of(nic) + "_MAC";
        auto add = [&](std::vector<OwnFile>& files, std::string path, std::string content) {
            files.push_back(
                {.path = std::move(path), .content = std::move(content), .variable = variable});
        };
        if (!nic.vlan) {
            add(networks, networkd_path(nic), render_networkd(nic));
            continue;
        }
        auto label = label_of(nic) + "-vlan";
        add(networks, networkd_path(nic), render_networkd(below_vlan(nic)));
        add(netdevs, kNetdevs.path_of(label), render_netdev(nic));
        add(networks, kNetworks.path_of(label), render_networkd(above_vlan(nic)));
    }
    TRY(plan_own_files(netdevs, kNetdevs, network, tree, planned));
    TRY(plan_own_files(networks, kNetworks, network, tree, planned));
    planned.step.activate.push_back({{"networkctl", "reload"}});
    return planned;
}

}  // namespace onectx
