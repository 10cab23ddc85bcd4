// See rivals.h.
#include "guest/net/rivals.h"

#include <algorithm>
#include <set>

#include "common/text.h"
#include "guest/net/backend.h"
#include "guest/net/own_files.h"
#include "guest/net/sections.h"

namespace onectx {
namespace {

// Before the files of anybody else: networkd takes the first that matches.
constexpr OwnPlace kNetworks{"/etc/systemd/network", kUnmanagedPrefix, ".network"};
constexpr OwnPlace kNmConfig{"/etc/NetworkManager/conf.d", "50-onectx-", ".conf"};
constexpr std::string_view kNmKey = "unmanaged-devices+=";

bool is_rival(const PlanInput& input, std::string_view daemon)
{
    if (input.backend == daemon) return false;
    // netplan hands its links to one of them, and tells the other itself.
    if (input.backend == "netplan") return false;
    auto found = find_backends(input.tree);
    return std::any_of(found.begin(), found.end(), [&](const BackendEvidence& evidence) {
        return evidence.name == daemon && evidence.enabled;
    });
}

// A NIC without its VLAN, and the VLAN.
std::vector<Nic> links_of(const Nic& nic)
{
    if (!nic.vlan) return {nic};
    return {below_vlan(nic), above_vlan(nic)};
}

std::string unmanaged_network(const Nic& link)
{
    Section match("Match");
    if (!link.pci_address.empty())
        match.add("Path", "pci-" + link.pci_address);
    else if (link.mac)
        match.add("MACAddress", to_text(*link.mac));
    else
        match.add("Name", link.device);
    // A VLAN has the address of its device.
    if (link.mac || !link.pci_address.empty()) match.add("Type", "ether");
    Section settings("Link");
    settings.add("Unmanaged", "yes");
    return std::string(kOwnFileHeader) + match.text() + settings.text();
}

Result<void> tell_networkd(const Network& network, const PlanInput& input, PlannedStep& planned)
{
    std::vector<OwnFile> files;
    if (is_rival(input, "networkd"))
        for (const auto& nic : network.nics)
            for (const auto& link : links_of(nic)) {
                auto name = label_of(nic) + (nic.vlan && !link.vlan ? "-vlan" : "");
                files.push_back({.path = kNetworks.path_of(name),
                                 .content = unmanaged_network(link),
                                 .variable = variables_of(nic) + "_MAC"});
            }
    return plan_own_files(files, kNetworks, network, input.tree, planned);
}

// As `unmanaged-devices` of NetworkManager.conf(5) names a device.
std::string nm_name(const Nic& link)
{
    return link.mac && link.pci_address.empty() ? "mac:" + to_text(*link.mac)
                                                : "interface-name:" + link.device;
}

// Those of our file of before that stay, whatever the context says: of NICs that are skipped, and
// all of them when parts of the context cannot be read.
std::vector<std::string> kept_names(const Network& network, const std::string& path,
                                    const FileReader& tree)
{
    std::vector<std::string> kept;
    auto file = tree.read(path);
    if (!file || !*file) return kept;
    std::set<std::string> skipped;
    for (const auto& nic : network.skipped)
        for (const auto& link : links_of(nic))
            skipped.insert(nm_name(link));
    for (auto line : split_lines((*file)->content)) {
        if (!line.starts_with(kNmKey)) continue;
        for (auto name : split(line.substr(kNmKey.size()), ';'))
            if (!network.complete || skipped.contains(std::string(name))) kept.emplace_back(name);
    }
    return kept;
}

Result<void> tell_nm(const Network& network, const PlanInput& input, PlannedStep& planned)
{
    const auto path = kNmConfig.path_of("unmanaged");
    std::vector<OwnFile> files;
    if (is_rival(input, "nm")) {
        std::vector<std::string> names;
        for (const auto& nic : network.nics)
            for (const auto& link : links_of(nic))
                if (auto name = nm_name(link); !name.ends_with(':')) names.push_back(name);
        for (auto& name : kept_names(network, path, input.tree))
            if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
        Section keyfile("keyfile");
        auto key = kNmKey.substr(0, kNmKey.size() - 1);
        if (!names.empty()) keyfile.add(key, join(names, ";"));
        if (!names.empty())
            files.push_back({.path = path,
                             .content = std::string(kOwnFileHeader) + keyfile.text(),
                             .variable = ""});
    }
    return plan_own_files(files, kNmConfig, network, input.tree, planned);
}

// Has a daemon read its files again, where systemd runs; one that does not run is not started.
void activate(const PlanInput& input, std::string_view unit, std::size_t first_change,
              PlannedStep& planned)
{
    Run run{.argv = {"systemctl", "try-reload-or-restart", std::string(unit)}};
    auto& changes = planned.step.changes;
    for (auto at = first_change; at < changes.size(); ++at)
        run.when.push_back(path_of(changes[at]));
    if (input.facts.init == Init::systemd && !run.when.empty())
        planned.step.activate.insert(planned.step.activate.begin(), std::move(run));
}

}  // namespace

Result<void> plan_rivals(const Network& network, const PlanInput& input, PlannedStep& planned)
{
    auto first = planned.step.changes.size();
    TRY(tell_networkd(network, input, planned));
    // Its own files are read again by its own renderer.
    if (input.backend != "networkd") activate(input, "systemd-networkd.service", first, planned);
    first = planned.step.changes.size();
    TRY(tell_nm(network, input, planned));
    activate(input, "NetworkManager.service", first, planned);
    return {};
}

}  // namespace onectx
