// readback_expectation links CASE: what the kernel has to hold once a case of tests/golden/network
// is in force, as JSON, computed from the model and from nothing that a renderer wrote. With
// `devices` the devices that the case names instead, "NAME MAC" a line: those of
// tests/golden/network/machines/common.tree, found by their MACs.
#include <algorithm>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>

#include "common/shell_vars.h"
#include "guest/model/settings.h"
#include "guest/plan/links.h"
#include "guest/system/config.h"
#include "guest/system/nics.h"
#include "tests/support/files.h"
#include "tests/support/tree_file.h"

namespace onectx::test {
namespace {

using Json = nlohmann::ordered_json;

template <class Value>
Json or_null(const std::optional<Value>& value)
{
    return value ? Json(*value) : Json(nullptr);
}

// "off", "fixed" or "announced"; null where nobody says anything of IPv6.
Json ipv6_of(const LinkState& state)
{
    return state.ipv6 ? Json(to_text(*state.ipv6)) : Json(nullptr);
}

std::string_view word_of(Ipv4Method method)
{
    switch (method) {
        case Ipv4Method::none: return "none";
        case Ipv4Method::address: return "address";
        case Ipv4Method::dhcp: return "dhcp";
        case Ipv4Method::skip: return "skip";
    }
    return "";
}

std::string_view word_of(Ipv6Method method)
{
    switch (method) {
        case Ipv6Method::none: return "none";
        case Ipv6Method::address: return "address";
        case Ipv6Method::slaac: return "slaac";
        case Ipv6Method::dhcp: return "dhcp";
        case Ipv6Method::disable: return "disable";
        case Ipv6Method::skip: return "skip";
    }
    return "";
}

Json route_of(const Route& route)
{
    return {{"to", to_text(route.destination)},
            {"via", route.gateway ? Json(to_text(*route.gateway)) : Json(nullptr)},
            {"metric", or_null(route.metric)},
            {"on_link", route.on_link}};
}

Json link_of(const Nic& nic)
{
    auto state = wanted_state(nic);
    Json link{{"device", state.device},
              {"variables", variables_of(nic)},
              {"mtu", or_null(state.mtu)},
              {"ipv6", ipv6_of(state)},
              {"method4", word_of(nic.method4)},
              {"method6", word_of(nic.method6)},
              {"metric4", or_null(nic.announced_metric4)},
              {"metric6", or_null(nic.announced_metric6)},
              {"addresses", Json::array()},
              {"routes", Json::array()}};
    for (const auto& item : state.items)
        if (const auto* address = std::get_if<IpPrefix>(&item))
            link["addresses"].push_back(to_text(*address));
        else
            link["routes"].push_back(route_of(std::get<Route>(item)));
    return link;
}

// The device with the MAC that hangs on a bus, and not the VLAN that has its MAC from it.
const NetworkDevice* find_device(const std::vector<NetworkDevice>& devices, const Nic& nic)
{
    auto found = std::find_if(devices.begin(), devices.end(), [&](const NetworkDevice& device) {
        return nic.mac == device.mac && !device.bus.empty();
    });
    return found == devices.end() ? nullptr : &*found;
}

void print_devices(const Network& network, const std::vector<NetworkDevice>& devices)
{
    for (const auto* nics : {&network.nics, &network.skipped})
        for (const auto& nic : *nics)
            if (const auto* device = find_device(devices, nic))
                std::printf("%s %s\n", device->name.c_str(), to_text(device->mac).c_str());
}

using Links = std::map<std::string, Json>;  // by the device that carries them

Links links_of(const Network& network, const std::vector<NetworkDevice>& devices)
{
    Links links;
    for (auto nic : network.nics) {
        const auto* device = find_device(devices, nic);
        if (device == nullptr) continue;
        nic.device = device->name;
        links[device->name] = Json::array({link_of(nic.vlan ? below_vlan(nic) : nic)});
        if (nic.vlan) links[device->name].push_back(link_of(above_vlan(nic)));
    }
    return links;
}

// The links as they have to become, and those that nobody spoke of but to leave them alone. What an
// earlier context made of such a one stays.
void print_links(const Network& network, const std::optional<Network>& earlier,
                 const std::vector<NetworkDevice>& devices)
{
    auto links = links_of(network, devices);
    const auto before = earlier ? links_of(*earlier, devices) : Links{};
    Json untouched = Json::array();
    for (const auto& nic : network.skipped) {
        const auto* device = find_device(devices, nic);
        if (device == nullptr) continue;
        if (auto found = before.find(device->name); found != before.end())
            links.insert(*found);
        else
            untouched.push_back(device->name);
    }
    Json wanted = Json::array();
    for (const auto& [name, list] : links)
        for (const auto& link : list)
            wanted.push_back(link);
    std::puts(Json{{"links", wanted}, {"untouched", untouched}}.dump(2).c_str());
}

std::optional<Network> network_of(const std::filesystem::path& context, const Policy& policy)
{
    if (!std::filesystem::exists(context)) return std::nullopt;
    auto vars = parse_shell_vars(read_file(context));
    return make_settings(vars.context, policy, vars.refusals).network;
}

int run(std::string_view what, const std::filesystem::path& folder)
{
    Config config;
    if (std::filesystem::exists(folder / "policy"))
        read_config(read_file(folder / "policy"), "policy", config);
    MemoryTree tree;
    add_tree(source_folder() / "tests/golden/network/machines/common.tree", tree);
    auto devices = nics_of_tree(tree);
    auto network = network_of(folder / "context.sh", config.policy);
    if (!devices || !network) {
        std::fprintf(stderr, "%s says nothing of the network\n", folder.c_str());
        return 1;
    }
    if (what == "devices")
        print_devices(*network, *devices);
    else
        print_links(*network, network_of(folder / "earlier.sh", config.policy), *devices);
    return 0;
}

}  // namespace
}  // namespace onectx::test

int main(int count, char** arguments)
{
    if (count != 3) {
        std::fputs("usage: readback_expectation devices|links CASE\n", stderr);
        return 2;
    }
    return onectx::test::run(arguments[1], arguments[2]);
}
