// A machine that routes for others: packets are forwarded, and keepalived, dnsmasq and radvd are
// told what the context says of them. Each file is ours alone and goes when the context asks for it
// no more; the daemons are the image's, and are told only when they run.
#include <algorithm>

#include "guest/net/own_files.h"
#include "guest/net/router_files.h"
#include "guest/plan/find_device.h"
#include "guest/plan/plan.h"

namespace onectx {
namespace {

constexpr std::string_view kForwarding = "/etc/sysctl.d/60-onectx-router.conf";
constexpr std::string_view kForwardingText =
    "net.ipv4.ip_forward = 1\n"
    "net.ipv6.conf.all.forwarding = 1\n";
constexpr std::string_view kParameters[] = {"net/ipv4/ip_forward", "net/ipv6/conf/all/forwarding"};

constexpr unsigned kOwnersOnly = 0600;

struct DaemonFile {
    std::string path;
    std::string service;
    std::string content;  // empty: none is wanted
    std::string variable;
    bool secret = false;
};

Run reload(const std::string& service, const std::string& path, Init init)
{
    if (init == Init::openrc)
        return {.argv = {"rc-service", "--ifstarted", service, "restart"}, .when = {path}};
    return {.argv = {"systemctl", "try-reload-or-restart", service + ".service"}, .when = {path}};
}

Result<bool> is_ours(const FileReader& tree, const std::string& path)
{
    auto file = TRY(tree.read(path));
    return file && file->content.starts_with(kOwnFileHeader);
}

Result<void> plan_daemon(const DaemonFile& file, const PlanInput& input, PlannedStep& planned)
{
    auto there = TRY(input.tree.status(file.path));
    const bool ours = !there || TRY(is_ours(input.tree, file.path));
    if (!ours && !file.content.empty())
        planned.problems.push_back(
            {file.variable,
             file.path + " lacks the first line of our files, so it is left as it is", true});
    if (!ours || (!there && file.content.empty())) return {};
    if (file.content.empty())
        planned.step.changes.emplace_back(RemoveFile{.path = file.path});
    else
        planned.step.changes.emplace_back(WriteFile{.path = file.path,
                                                    .content = file.content,
                                                    .mode = file.secret ? kOwnersOnly : 0644,
                                                    .secret = file.secret});
    if (input.facts.init == Init::systemd || input.facts.init == Init::openrc)
        planned.step.activate.push_back(reload(file.service, file.path, input.facts.init));
    return {};
}

// Forwarding is ours to switch off only where we switched it on.
Result<void> plan_forwarding(bool wanted, const FileReader& tree, Step& step)
{
    const std::string path(kForwarding);
    if (!wanted && !TRY(is_ours(tree, path))) return {};
    if (wanted)
        step.changes.emplace_back(WriteFile{
            .path = path, .content = std::string(kOwnFileHeader) + std::string(kForwardingText)});
    else
        step.changes.emplace_back(RemoveFile{.path = path});
    for (auto parameter : kParameters)
        if (TRY(tree.status("/proc/sys/" + std::string(parameter))))
            step.changes.emplace_back(
                SetKernelParameter{std::string(parameter), wanted ? "1" : "0"});
    return {};
}

// The NICs of the context, each with its device; those without one are the network step's to name.
std::vector<Nic> nics_of(const PlanInput& input)
{
    std::vector<Nic> nics;
    if (input.settings.network) nics = input.settings.network->nics;
    for (auto& nic : nics)
        if (const auto* device = find_device(input.facts.nics, nic);
            device != nullptr && is_plain_device(device->name))
            nic.device = device->name;
    std::erase_if(nics, [](const Nic& nic) { return nic.device.empty(); });
    return nics;
}

// The NIC in the private network: by the machine's own XML, else the one with an address in it.
const Nic* find_private(const std::vector<Nic>& nics, const PrivateNetwork& network)
{
    const auto& macs = network.router_macs;
    auto is_it = [&](const Nic& nic) {
        if (!macs.empty())
            return nic.mac && std::find(macs.begin(), macs.end(), *nic.mac) != macs.end();
        return std::any_of(nic.addresses4.begin(), nic.addresses4.end(), [&](const auto& own) {
            return std::any_of(
                network.ranges.begin(), network.ranges.end(), [&](const auto& range) {
                    return range.first && contains({own.address, own.prefix}, *range.first);
                });
        });
    };
    auto found = std::find_if(nics.begin(), nics.end(), is_it);
    return found == nics.end() ? nullptr : &*found;
}

std::string keepalived_text(const RouterWish& wish, const std::vector<Nic>& nics)
{
    std::vector<SharedOn> shared;
    for (const auto& address : wish.shared)
        for (const auto& nic : nics)
            if (!nic.is_pci && nic.id == address.nic)
                shared.push_back({nic.device, address.addresses});
    return shared.empty() ? "" : render_keepalived(wish, shared);
}

// Debian's and Alpine's dnsmasq read the folder, where there is one.
Result<std::string> dnsmasq_path(const FileReader& tree)
{
    auto folder = TRY(tree.status("/etc/dnsmasq.d"));
    return folder ? "/etc/dnsmasq.d/onectx.conf" : "/etc/dnsmasq.conf";
}

}  // namespace

Result<PlannedStep> plan_router(const PlanInput& input)
{
    PlannedStep planned{.step = {.name = "router"}};
    const auto& wish = input.settings.router;
    TRY(plan_forwarding(wish.has_value(), input.tree, planned.step));
    std::vector<DaemonFile> files{
        {"/etc/keepalived/keepalived.conf", "keepalived", "", "ETHx_VROUTER_IP", true},
        {TRY(dnsmasq_path(input.tree)), "dnsmasq", "", "DHCP"},
        {"/etc/radvd.conf", "radvd", "", "RADVD"},
    };
    const auto nics = nics_of(input);
    if (wish) files[0].content = keepalived_text(*wish, nics);
    if (wish && wish->network && (wish->network->dhcp || wish->network->announce)) {
        const auto* nic = find_private(nics, *wish->network);
        std::vector<std::string> foreign;
        if (nic == nullptr)
            planned.problems.push_back({"PRIVNET", "no NIC of this machine is in it", true});
        if (nic != nullptr && wish->network->dhcp)
            files[1].content = render_dnsmasq(*wish->network, *nic, foreign);
        if (nic != nullptr && wish->network->announce)
            files[2].content = render_radvd(*wish->network, *nic);
        for (const auto& range : foreign)
            planned.problems.push_back(
                {"PRIVNET",
                 range + " lies outside of the network of " + nic->device + "; not leased", false});
    }
    for (const auto& file : files)
        TRY(plan_daemon(file, input, planned));
    return planned;
}

}  // namespace onectx
