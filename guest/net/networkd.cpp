// See networkd.h.
#include "guest/net/networkd.h"

#include <set>

#include "common/text.h"

namespace onectx {
namespace {

constexpr std::string_view kDirectory = "/etc/systemd/network";
constexpr std::string_view kPrefix = "10-onectx-";
constexpr std::string_view kSuffix = ".network";

// One [Section] with its lines; one that has none is not written.
class Section {
  public:
    explicit Section(std::string_view name) : name_(name) {}
    void add(std::string_view key, std::string_view value)
    {
        lines_ += std::string(key) + "=" + std::string(value) + "\n";
    }
    void add(std::string_view key, const std::optional<unsigned>& value)
    {
        if (value) add(key, std::to_string(*value));
    }
    [[nodiscard]] std::string text() const
    {
        return lines_.empty() ? "" : "\n[" + name_ + "]\n" + lines_;
    }

  private:
    std::string name_;
    std::string lines_;
};

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

std::string network_section(const Nic& nic)
{
    Section network("Network");
    add_methods(nic, network);
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

bool is_ours(std::string_view content)
{
    return content.starts_with(kOwnFileHeader);
}

std::string path_of_name(std::string_view name)
{
    return std::string(kDirectory) + "/" + std::string(name);
}

}  // namespace

std::string networkd_path(const Nic& nic)
{
    return path_of_name(std::string(kPrefix) + "eth" + std::to_string(nic.id) +
                        std::string(kSuffix));
}

std::string render_networkd(const Nic& nic)
{
    Section match("Match");
    match.add("MACAddress", to_text(nic.mac));
    match.add("Type", "ether");  // a bridge or a VLAN on it has the same MAC
    Section link("Link");
    link.add("MTUBytes", nic.mtu);
    Section dhcp4("DHCPv4");
    dhcp4.add("RouteMetric", nic.announced_metric4);
    Section announced("IPv6AcceptRA");
    if (nic.method6 == Ipv6Method::slaac) announced.add("DHCPv6Client", "no");
    if (is_dynamic(nic.method6)) announced.add("RouteMetric", nic.announced_metric6);

    std::string text(kOwnFileHeader);
    text += match.text() + link.text() + network_section(nic);
    for (const auto& route : nic.routes)
        text += route_section(route);
    return text + dhcp4.text() + announced.text();
}

Result<PlannedStep> plan_networkd(const Network& network, const FileReader& tree)
{
    PlannedStep planned{.step = {.name = "network"}};
    std::set<std::string> wanted;
    for (const auto& nic : network.nics) {
        auto path = networkd_path(nic);
        wanted.insert(path);
        auto there = TRY(tree.read(path));
        if (there && !is_ours(there->content)) {
            planned.problems.push_back(
                {"ETH" + std::to_string(nic.id) + "_MAC",
                 path + " lacks the first line of our files, so it is left as it is", true});
            continue;
        }
        planned.step.changes.push_back(WriteFile{.path = path, .content = render_networkd(nic)});
    }
    if (!network.complete) return planned;  // whose files are left over is not known
    for (const auto& name : TRY(tree.list(kDirectory))) {
        auto path = path_of_name(name);
        if (!name.starts_with(kPrefix) || !name.ends_with(kSuffix) || wanted.contains(path))
            continue;
        auto there = TRY(tree.read(path));
        if (there && is_ours(there->content))
            planned.step.changes.push_back(RemoveFile{.path = path});
        else
            planned.problems.push_back(
                {"", path + " lacks the first line of our files, so it is not removed", false});
    }
    planned.step.activate.push_back({{"networkctl", "reload"}});
    return planned;
}

}  // namespace onectx
