// The network wish: finds the device of each NIC and hands the model to the back-end that owns the
// links. Nothing at all is touched where the context names no NIC (reference 5.27).
#include <algorithm>
#include <iterator>
#include <map>

#include "common/text.h"
#include "guest/net/ifcfg.h"
#include "guest/net/interfaces.h"
#include "guest/net/link_names.h"
#include "guest/net/netlink_only.h"
#include "guest/net/netplan.h"
#include "guest/net/networkd.h"
#include "guest/net/nm.h"
#include "guest/net/resolver_owner.h"
#include "guest/net/rivals.h"
#include "guest/plan/dhcp.h"
#include "guest/plan/find_device.h"
#include "guest/plan/links.h"
#include "guest/plan/plan.h"

namespace onectx {
namespace {

// The renderers by the words of --backend.
struct Backend {
    std::string_view name;
    Result<PlannedStep> (*plan)(const Network& network, const PlanInput& input);
    bool by_name = false;  // its files name devices, so it writes nothing for one that is not there
    bool parts_families = false;  // what it writes of IPv6 says nothing of IPv4
};

Result<PlannedStep> plan_with_interfaces(const Network& network, const PlanInput& input)
{
    return plan_interfaces(network, input.tree);
}

Result<PlannedStep> plan_with_networkd(const Network& network, const PlanInput& input)
{
    return plan_networkd(network, input.tree);
}

Result<PlannedStep> plan_with_netplan(const Network& network, const PlanInput& input)
{
    auto owner = TRY(find_resolver_owner(input.tree, uses_network_manager(input)));
    NetplanOptions options;
    options.renderer = find_netplan_renderer(input.settings.netplan_renderer, input.tree);
    options.machine_dns = owner == ResolverOwner::network_manager;
    options.booting = input.stage == Stage::local && !input.facts.offline;
    return plan_netplan(network, options, input.tree);
}

Result<PlannedStep> plan_with_nm(const Network& network, const PlanInput& input)
{
    auto owner = TRY(find_resolver_owner(input.tree, true));
    return plan_nm(network, owner == ResolverOwner::network_manager, input.tree);
}

Result<PlannedStep> plan_with_netlink(const Network& network, const PlanInput&)
{
    return plan_netlink(network);
}

Result<PlannedStep> plan_with_scripts(const Network& network, const PlanInput& input)
{
    return plan_ifcfg(network, input.tree);
}

constexpr Backend kBackends[] = {
    {"interfaces", plan_with_interfaces, true, true},
    {"netplan", plan_with_netplan},
    {"networkd", plan_with_networkd},
    {"nm", plan_with_nm},
    {"scripts", plan_with_scripts, true},
    {"netlink", plan_with_netlink, true, true},
};

const Backend* find_backend(std::string_view name)
{
    const auto* found = std::find_if(std::begin(kBackends), std::end(kBackends),
                                     [&](const Backend& backend) { return backend.name == name; });
    return found == std::end(kBackends) ? nullptr : found;
}

std::string description_of(const Nic& nic)
{
    return nic.pci_address.empty() ? "MAC " + to_text(*nic.mac) : "PCI address " + nic.pci_address;
}

// Whether what is written of a NIC says the name of its device. Only networkd matches by PCI
// address.
bool names_device(const Nic& nic, const Backend& backend)
{
    return backend.by_name || nic.vlan || !nic.pci_address.empty();
}

// What is wrong with a NIC that has no device. On a running machine it may still come, and before
// the network that is no fault where files match by MAC; an image tells of none, and needs none
// then.
std::optional<std::string> fault_without_device(const Nic& nic, const Backend& backend,
                                                const PlanInput& input)
{
    const auto fault = "no device with " + description_of(nic);
    if (input.facts.offline) {
        if (!backend.by_name) return std::nullopt;
        return fault + " here, and the back-end " + std::string(backend.name) +
               " writes by name; it is configured at the first boot";
    }
    if (input.stage == Stage::local && !names_device(nic, backend)) return std::nullopt;
    return fault + " yet";
}

void name_devices(const PlanInput& input, const Backend& backend, std::vector<Nic>& nics,
                  std::vector<Problem>& problems)
{
    for (auto& nic : nics) {
        auto variable = variables_of(nic) + (nic.pci_address.empty() ? "_MAC" : "_ADDRESS");
        const auto* device = find_device(input.facts.nics, nic);
        if (device == nullptr) {
            if (auto fault = fault_without_device(nic, backend, input))
                problems.push_back({variable, std::move(*fault), false});
        } else if (!device->initialized) {
            if (input.stage != Stage::local || names_device(nic, backend))
                problems.push_back(
                    {variable, "the device with " + description_of(nic) + " has no final name yet",
                     false});
        } else if (!is_plain_device(device->name))
            problems.push_back(
                {variable, shown(device->name) + " is no name that a configuration file can hold",
                 true});
        else
            nic.device = device->name;
    }
}

void skip_those(bool (*is_skipped)(const Nic& nic), Network& network)
{
    auto& nics = network.nics;
    std::copy_if(nics.begin(), nics.end(), std::back_inserter(network.skipped), is_skipped);
    std::erase_if(nics, is_skipped);
}

// VLANs of one id above devices with long names would be one device; see vlan_device(). The later
// one is left alone.
void part_vlans(std::vector<Nic>& nics, std::vector<Problem>& problems)
{
    std::map<std::string, std::string> owners;  // a name, and whose it is
    for (auto& nic : nics) {
        if (!nic.vlan || nic.device.empty()) continue;
        auto [owner, inserted] = owners.emplace(vlan_device(nic), variables_of(nic));
        if (inserted) continue;
        problems.push_back({variables_of(nic) + "_VLAN_ID",
                            owner->first + " is the device of " + owner->second +
                                " already; the interface is left alone",
                            true});
        nic.device.clear();
    }
}

// A VLAN stands on a device and is named after it, so it waits until that is there.
void put_off_floating_vlans(Network& network)
{
    skip_those([](const Nic& nic) { return nic.vlan && nic.device.empty(); }, network);
}

bool only_switches_ipv6_off(const Nic& nic)
{
    return nic.method4 == Ipv4Method::skip && nic.method6 == Ipv6Method::disable && !nic.vlan;
}

// A file that claims the link for no more than that would take IPv4 from whoever has it.
void leave_ipv4_to_others(const Backend& backend, Network& network, std::vector<Problem>& problems)
{
    if (backend.parts_families) return;
    for (const auto& nic : network.nics)
        if (only_switches_ipv6_off(nic))
            problems.push_back({variables_of(nic) + "_IP6_METHOD",
                                "the back-end " + std::string(backend.name) +
                                    " cannot switch IPv6 off and leave IPv4 as it is; the "
                                    "interface is left alone",
                                false});
    skip_those(only_switches_ipv6_off, network);
}

Result<PlannedStep> plan_files(const Backend& backend, const Network& network,
                               const PlanInput& input)
{
    auto planned = TRY(backend.plan(network, input));
    auto written = network;
    if (backend.by_name)
        std::erase_if(written.nics, [](const Nic& nic) { return nic.device.empty(); });
    TRY(plan_rivals(written, input, planned));
    // Only the udev of systemd reads .link files.
    bool has_udev = input.facts.init == Init::systemd;
    TRY(plan_link_names(has_udev ? input.policy.link_names : LinkNames::keep, network, input.tree,
                        planned));
    return planned;
}

// The MAC that the NIC's device has; that of the NIC where it has none.
std::optional<Mac> mac_of_device(const Nic& nic, const Facts& facts)
{
    if (nic.pci_address.empty()) return nic.mac;
    auto is_it = [&](const NetworkDevice& device) { return device.name == nic.device; };
    auto device = std::find_if(facts.nics.begin(), facts.nics.end(), is_it);
    return device == facts.nics.end() ? nic.mac : device->permanent_mac.value_or(device->mac);
}

// The NICs as the kernel's side of things knows them: each by the MAC that its device has, and with
// a VLAN as two links, the device first.
Network as_links(const Network& network, const Facts& facts)
{
    auto result = network;
    result.nics.clear();
    for (const auto& nic : network.nics) {
        if (nic.vlan) {
            result.nics.push_back(below_vlan(nic));
            result.nics.back().vlan.reset();
        }
        result.nics.push_back(nic);
    }
    for (auto* list : {&result.nics, &result.skipped}) {
        for (auto& nic : *list)
            nic.mac = mac_of_device(nic, facts);
        std::erase_if(*list, [](const Nic& nic) { return !nic.mac; });
    }
    return result;
}

// What the drivers say that they would refuse is left out, for every back-end: an ifup that fails
// at it would leave the link without an address (user-needs R-97).
void drop_refused_mtus(const Facts& facts, Network& network, std::vector<Problem>& problems)
{
    if (!facts.network) return;
    for (auto& nic : network.nics) {
        // One without a final name has the kernel's.
        auto as_found = nic;
        const auto* found = find_device(facts.nics, as_found);
        const LinkState device{.device = found == nullptr ? nic.device : found->name,
                               .mac = mac_of_device(nic, facts).value_or(Mac{}),
                               .mtu = nic.mtu};
        if (takes_mtu(*facts.network, device)) continue;
        problems.push_back({variables_of(nic) + "_MTU",
                            device.device + " takes no MTU of " + std::to_string(*nic.mtu) +
                                "; it is left as it is",
                            false});
        nic.mtu.reset();
    }
}

// A device that is told by its PCI address gets the MAC of the context (see Nic::pci_address).
void give_addresses(const std::vector<Nic>& nics, std::vector<LinkGoal>& links)
{
    for (const auto& nic : nics)
        for (auto& link : links)
            if (!nic.pci_address.empty() && link.wanted.device == nic.device)
                link.wanted.address = nic.mac;
}

// What the kernel has to hold, and where nobody else sets it on a running system, how it comes to.
void plan_kernel(const Network& network, const PlanInput& input, PlannedStep& planned)
{
    auto& step = planned.step;
    const auto links = as_links(network, input.facts);
    step.goal = make_goal(links, input);
    if (!step.goal) return;
    auto dhcp = plan_dhcp(links, input);
    step.changes.insert(step.changes.end(), dhcp.ends.begin(), dhcp.ends.end());
    if (input.backend == "netlink") give_addresses(network.nics, step.goal->links);
    bool sets_links =
        input.backend == "netlink" || (input.backend == "interfaces" && input.stage == Stage::all);
    if (sets_links && input.stage != Stage::network) {
        auto changes = direct_changes(*step.goal, input.facts, step.activate);
        std::move(changes.begin(), changes.end(), std::back_inserter(step.changes));
    }
    for (const auto& start : dhcp.starts) {
        step.changes.emplace_back(start);
        for (auto& link : step.goal->links)
            if (link.wanted.device == start.client.device)
                (start.client.ipv6 ? link.wanted.leased6 : link.wanted.leased4) = true;
    }
}

}  // namespace

bool is_written_by_us(std::string_view backend)
{
    return find_backend(backend) != nullptr;
}

std::vector<Nic> nics_to_wait_for(const Settings& settings, std::string_view name, Stage stage)
{
    const auto* backend = find_backend(name);
    if (backend == nullptr || !settings.network) return {};
    auto nics = settings.network->nics;
    // A router's daemons are told of names.
    if (stage == Stage::local && !settings.router)
        std::erase_if(nics, [&](const Nic& nic) { return !names_device(nic, *backend); });
    return nics;
}

bool uses_network_manager(const PlanInput& input)
{
    if (input.backend == "nm") return true;
    return input.backend == "netplan" &&
           find_netplan_renderer(input.settings.netplan_renderer, input.tree) ==
               NetplanRenderer::network_manager;
}

Result<PlannedStep> plan_network(const PlanInput& input)
{
    PlannedStep nothing{.step = {.name = "network"}};
    if (!input.settings.network || !is_on(input.policy.network) || input.backend == "none")
        return nothing;
    const auto* backend = find_backend(input.backend);
    if (backend == nullptr) return fail("the " + input.backend + " back-end cannot be written yet");
    auto network = *input.settings.network;
    std::vector<Problem> problems;
    std::vector<Problem> unsaid;  // of what is left alone, nobody need know where it is
    name_devices(input, *backend, network.nics, problems);
    name_devices(input, *backend, network.skipped, unsaid);
    part_vlans(network.nics, problems);
    put_off_floating_vlans(network);
    leave_ipv4_to_others(*backend, network, problems);
    drop_refused_mtus(input.facts, network, problems);

    PlannedStep planned = nothing;
    if (input.stage != Stage::network) planned = TRY(plan_files(*backend, network, input));
    planned.problems.insert(planned.problems.begin(), problems.begin(), problems.end());
    plan_kernel(network, input, planned);
    return planned;
}

}  // namespace onectx
