// See nm.h.
#include "guest/net/nm.h"

#include "common/digest.h"
#include "common/text.h"
#include "guest/net/nm_resolver.h"
#include "guest/net/own_files.h"
#include "guest/net/sections.h"

namespace onectx {
namespace {

constexpr OwnPlace kKeyfiles{"/etc/NetworkManager/system-connections", "onectx-", ".nmconnection"};
constexpr unsigned kFirstDnsPriority = 10;  // below 100, what profiles without one have

// Over the 0 of profiles that say nothing, so that one of the installer for the same device loses.
constexpr unsigned kAutoconnectPriority = 100;

// The same name gives the same UUID: version 8 of RFC 9562, whose bits are ours to choose.
std::string uuid_of(const std::string& name)
{
    auto hex = sha256_hex("onectx connection " + name);
    hex[12] = '8';
    hex[16] = 'a';
    return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" +
           hex.substr(16, 4) + "-" + hex.substr(20, 12);
}

std::string connection_id(const Nic& nic)
{
    return "onectx-" + label_of(nic);
}

// A list in a keyfile: each item with ';' behind it.
std::string list_of(const std::vector<std::string>& items)
{
    return join(items, ";") + ";";
}

std::string connection_section(const std::string& id, std::string_view type,
                               const std::string& device)
{
    Section section("connection");
    section.add("id", id);
    section.add("uuid", uuid_of(id));
    section.add("type", type);
    section.add("autoconnect-priority", kAutoconnectPriority);
    if (!device.empty()) section.add("interface-name", device);
    return section.text();
}

// What tells the device, and what it is given.
std::string device_sections(const Nic& nic)
{
    Section match("match"), ethernet("ethernet");
    if (!nic.pci_address.empty()) {
        match.add("path", "pci-" + nic.pci_address + ";");
        if (nic.mac) ethernet.add("cloned-mac-address", to_upper(to_text(*nic.mac)));
    } else if (nic.mac) {
        ethernet.add("mac-address", to_upper(to_text(*nic.mac)));
    }
    ethernet.add("mtu", nic.mtu);
    return match.text() + ethernet.text();
}

// address1=…, route1=…, dns=… of one family, all in one section.
class Family {
  public:
    Family(std::string_view name, bool is_ipv6) : section_(name), is_ipv6_(is_ipv6) {}

    void method(std::string_view method) { section_.add("method", method); }
    void add(std::string_view key, std::string_view value) { section_.add(key, value); }
    void add(std::string_view key, const std::optional<unsigned>& value)
    {
        section_.add(key, value);
    }

    template <class Interfaces>
    void addresses(const Interfaces& interfaces)
    {
        unsigned number = 0;
        for (const auto& own : interfaces)
            section_.add("address" + std::to_string(++number),
                         to_text(IpPrefix{own.address, own.prefix}));
    }

    // "DESTINATION,GATEWAY,METRIC"; an absent gateway before a metric is the unspecified address.
    void routes(const std::vector<Route>& routes)
    {
        unsigned number = 0;
        for (const auto& route : routes) {
            if (is_ipv4(route.destination.address) == is_ipv6_) continue;
            auto key = "route" + std::to_string(++number);
            auto text = to_text(route.destination);
            if (route.gateway)
                text += "," + to_text(*route.gateway);
            else if (route.metric)
                text += is_ipv6_ ? ",::" : ",0.0.0.0";
            if (route.metric) text += "," + std::to_string(*route.metric);
            section_.add(key, text);
            if (route.on_link) section_.add(key + "_options", "onlink=true");
        }
    }

    // Search domains stand with the family of the first server, or they would be there twice.
    void resolver(const Nic& nic, unsigned order, bool has_domains)
    {
        std::vector<std::string> servers;
        for (const auto& server : nic.nameservers)
            if (is_ipv4(server) != is_ipv6_) servers.push_back(to_text(server));
        if (!servers.empty()) section_.add("dns", list_of(servers));
        if (!servers.empty() || has_domains)
            section_.add("dns-priority", kFirstDnsPriority + order);
        if (has_domains) section_.add("dns-search", list_of(nic.search_domains));
    }

    [[nodiscard]] std::string text() const { return section_.text(); }

  private:
    Section section_;
    bool is_ipv6_;
};

std::string ipv4_section(const Nic& nic, unsigned order)
{
    Family family("ipv4", false);
    switch (nic.method4) {
        case Ipv4Method::none:
        case Ipv4Method::skip: family.method("disabled"); return family.text();
        case Ipv4Method::dhcp: family.method("auto"); break;
        case Ipv4Method::address: family.method("manual"); break;
    }
    family.addresses(nic.addresses4);
    family.add("route-metric", nic.announced_metric4);
    family.routes(nic.routes);
    family.resolver(nic, order, !nic.search_domains.empty());
    return family.text();
}

// `auto` takes addresses from router advertisements and from DHCPv6 where these call for it;
// NetworkManager's own `dhcp` would ignore the routes that they announce.
std::string ipv6_section(const Nic& nic, unsigned order)
{
    Family family("ipv6", true);
    switch (nic.method6) {
        case Ipv6Method::none:
        case Ipv6Method::skip: family.method("ignore"); return family.text();
        case Ipv6Method::disable: family.method("disabled"); return family.text();
        case Ipv6Method::slaac:
        case Ipv6Method::dhcp: family.method("auto"); break;
        case Ipv6Method::address: family.method("manual"); break;
    }
    family.add("addr-gen-mode", "eui64");
    family.add("ip6-privacy", "0");
    family.addresses(nic.addresses6);
    family.add("route-metric", nic.announced_metric6);
    family.routes(nic.routes);
    family.resolver(nic, order, !takes_ipv4(nic) && !nic.search_domains.empty());
    return family.text();
}

std::string render_vlan(const Nic& nic, unsigned order)
{
    auto id = connection_id(nic) + "-vlan";
    Section vlan("vlan"), ethernet("ethernet");
    vlan.add("id", nic.vlan);
    vlan.add("parent", uuid_of(connection_id(nic)));
    ethernet.add("mtu", nic.mtu);
    return std::string(kOwnFileHeader) + connection_section(id, "vlan", vlan_device(nic)) +
           vlan.text() + ethernet.text() + ipv4_section(nic, order) + ipv6_section(nic, order);
}

// A profile that the device has already is applied anew, which keeps what did not change; a new one
// has to be brought up, as the device may have another's. Not waited for (nmcli(1), --wait):
// devices come up side by side, a lease may take a minute, and verification sees what became of
// them. A VLAN is asked for behind its device, which NetworkManager would bring up for it, too.
void add_activation(const Nic& nic, const FileReader& tree, Step& step)
{
    auto add = [&](const std::string& path, const std::string& id, const std::string& device,
                   bool beside) {
        auto there = tree.status(path);
        if (there && *there)
            step.activate.push_back({{"nmcli", "device", "reapply", device}, {path}, beside});
        else
            step.activate.push_back(
                {{"nmcli", "--wait", "0", "connection", "up", id}, {path}, beside});
    };
    add(nm_path(nic), connection_id(nic), nic.device, true);
    if (nic.vlan)
        add(kKeyfiles.path_of(label_of(nic) + "-vlan"), connection_id(nic) + "-vlan",
            vlan_device(nic), false);
}

}  // namespace

std::string nm_path(const Nic& nic)
{
    return kKeyfiles.path_of(label_of(nic));
}

std::string render_nm(const Nic& nic, unsigned order)
{
    // What tells the device is in other sections; a name would tie the file to this boot's.
    bool has_no_mark = !nic.mac && nic.pci_address.empty();
    return std::string(kOwnFileHeader) +
           connection_section(connection_id(nic), "ethernet", has_no_mark ? nic.device : "") +
           device_sections(nic) + ipv4_section(nic, order) + ipv6_section(nic, order);
}

Result<PlannedStep> plan_nm(const Network& network, bool machine_dns, const FileReader& tree)
{
    PlannedStep planned{.step = {.name = "network"}};
    std::vector<OwnFile> files;
    unsigned order = 0;
    for (const auto& nic : with_resolver_placed(network, machine_dns, planned.problems)) {
        auto add = [&](std::string path, std::string content) {
            files.push_back(
                {std::move(path), std::move(content), 0600, variables_of(nic) + "_MAC"});
        };
        add(nm_path(nic), render_nm(nic.vlan ? below_vlan(nic) : nic, order));
        if (nic.vlan) add(kKeyfiles.path_of(label_of(nic) + "-vlan"), render_vlan(nic, order));
        ++order;
    }
    TRY(plan_own_files(files, kKeyfiles, network, tree, planned));
    planned.step.activate.push_back({{"nmcli", "connection", "reload"}});
    for (const auto& nic : network.nics)
        if (!nic.device.empty()) add_activation(nic, tree, planned.step);
    return planned;
}

}  // namespace onectx
