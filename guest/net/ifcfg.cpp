// See ifcfg.h.
#include "guest/net/ifcfg.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "common/text.h"
#include "guest/edit/interfaces_file.h"
#include "guest/edit/lines.h"
#include "guest/net/own_files.h"

namespace onectx {
namespace {

constexpr std::string_view kSysctlPath = "/etc/sysctl.d/60-onectx.conf";

struct Flavour {
    std::string_view directory;
    std::vector<std::string_view> kinds;  // what names of files begin with
};

Flavour details_of(IfcfgFlavour flavour)
{
    if (flavour == IfcfgFlavour::suse)
        return {"/etc/sysconfig/network", {"ifcfg-", "ifroute-", "ifsysctl-"}};
    return {"/etc/sysconfig/network-scripts", {"ifcfg-", "route-", "route6-"}};
}

// The device in the name of a file; empty when it is no such file.
std::string_view device_of(std::string_view name, const Flavour& flavour)
{
    for (auto kind : flavour.kinds)
        if (name.starts_with(kind)) return name.substr(kind.size());
    return "";
}

// --- a file that is ours and holds the lines of others

std::vector<std::string> foreign_lines_of(std::string_view text)
{
    auto lines = lines_with_ends(text);
    if (!text.starts_with(kOwnFileHeader)) return lines;
    std::erase_if(lines, [](const auto& line) { return !line.starts_with(kDisabledPrefix); });
    for (auto& line : lines)
        line.erase(0, kDisabledPrefix.size());
    return lines;
}

std::string taken_text(const std::vector<std::string>& own, std::vector<std::string> foreign)
{
    std::string text(kOwnFileHeader);
    for (const auto& line : own)
        text += line + "\n";
    for (auto& line : foreign)
        line.insert(0, kDisabledPrefix);
    return text + join_lines(foreign);
}

// The file says what we want of it, and nothing of what others wrote.
void take(const std::string& path, const std::vector<std::string>& own,
          const std::optional<FileText>& there, PlannedStep& planned)
{
    auto foreign = there ? foreign_lines_of(there->content) : std::vector<std::string>{};
    if (!own.empty() || !foreign.empty())
        planned.step.changes.push_back(
            WriteFile{.path = path, .content = taken_text(own, std::move(foreign))});
    else if (there)
        planned.step.changes.push_back(RemoveFile{.path = path});
}

// What others wrote counts again.
void let_go(const std::string& path, const FileText& there, PlannedStep& planned)
{
    auto foreign = foreign_lines_of(there.content);
    if (foreign.empty())
        planned.step.changes.push_back(RemoveFile{.path = path});
    else
        planned.step.changes.push_back(WriteFile{.path = path, .content = join_lines(foreign)});
}

// --- which files

// The value of a plain assignment, quotes taken off; of the last one, as a shell has it.
std::string value_in(const std::vector<std::string>& lines, std::string_view name)
{
    std::string value;
    for (std::string_view line : lines) {
        line = trim(line);
        if (!line.starts_with(name) || !line.substr(name.size()).starts_with('=')) continue;
        auto text = trim(line.substr(name.size() + 1));
        if (text.size() > 1 && (text[0] == '"' || text[0] == '\'') && text.back() == text[0])
            text = text.substr(1, text.size() - 2);
        value = text;
    }
    return value;
}

// Red Hat's scripts go by DEVICE or HWADDR, whatever the file is called.
bool configures(const std::vector<std::string>& lines, const Nic& nic)
{
    if (value_in(lines, "DEVICE") == nic.device) return true;
    auto mac = parse_mac(value_in(lines, "HWADDR"));
    return mac && mac == nic.mac && value_in(lines, "VLAN") != "yes";
}

// The scripts write /etc/resolv.conf anew for each device that has servers, so one has them all.
void put_resolver_on_first(const Network& network, std::vector<Nic>& nics)
{
    if (nics.empty()) return;
    Network all;
    all.nameservers = network.nameservers;
    all.search_domains = network.search_domains;
    for (auto& nic : nics) {
        put_resolver_first(all, nic);
        all.nameservers = std::exchange(nic.nameservers, {});
        all.search_domains = std::exchange(nic.search_domains, {});
    }
    put_resolver_first(all, nics.front());
}

std::set<std::string, std::less<>> devices_of(const std::vector<Nic>& nics)
{
    std::set<std::string, std::less<>> devices;
    for (const auto& nic : nics) {
        if (nic.device.empty()) continue;
        devices.insert(nic.device);
        if (nic.vlan) devices.insert(vlan_device(nic));
    }
    return devices;
}

// Whether a file of ours that nobody wants any more is to go. Not that of a skipped NIC, an alias
// ("eth0:1") included; and none where one cannot say whose it is.
bool may_go(std::string_view device, const Network& network)
{
    auto is_unknown = [](const Nic& nic) { return nic.device.empty(); };
    const auto& skipped = network.skipped;
    return network.complete && std::none_of(skipped.begin(), skipped.end(), is_unknown) &&
           !devices_of(skipped).contains(device.substr(0, device.find(':')));
}

// --- IPv6 off, for which Red Hat's scripts have no word that reaches the kernel

Result<void> plan_sysctls(const std::vector<Nic>& nics, const Network& network,
                          const FileReader& tree, PlannedStep& planned)
{
    std::vector<std::string> lines;
    for (const auto& nic : nics)
        if (nic.method6 == Ipv6Method::disable)
            lines.push_back("net/ipv6/conf/" + (nic.vlan ? vlan_device(nic) : nic.device) +
                            "/disable_ipv6 = 1");
    std::string path(kSysctlPath);
    auto there = TRY(tree.read(path));
    if (there && !there->content.starts_with(kOwnFileHeader)) {
        if (!lines.empty())
            planned.problems.push_back(
                {"", path + " lacks the first line of our files, so it is left as it is", true});
        return {};
    }
    if (!lines.empty()) {
        planned.step.changes.push_back(WriteFile{.path = path, .content = taken_text(lines, {})});
        planned.step.activate.push_back({{"sysctl", "-q", "-p", path}});
    } else if (there && network.complete && network.skipped.empty()) {
        planned.step.changes.push_back(RemoveFile{.path = path});
    }
    return {};
}

void add_activation(IfcfgFlavour flavour, const Flavour& details, const FileReader& tree,
                    PlannedStep& planned)
{
    std::set<std::string, std::less<>> devices;
    for (const auto& change : planned.step.changes) {
        Step one{.name = "", .changes = {change}, .activate = {}};
        auto path = path_of(change);
        if (!path.starts_with(details.directory) || !changes_files(one, tree)) continue;
        auto name = std::string_view(path).substr(details.directory.size() + 1);
        auto device = device_of(name, details);
        if (!device.empty()) devices.emplace(device.substr(0, device.find(':')));
    }
    for (const auto& device : devices) {
        if (flavour == IfcfgFlavour::suse) {
            planned.step.activate.push_back({{"wicked", "ifreload", device}});
            continue;
        }
        planned.step.prepare.push_back({{"ifdown", device}});
        planned.step.activate.push_back({{"ifup", device}});
    }
}

IfcfgFiles render_all(const std::vector<Nic>& nics, IfcfgFlavour flavour)
{
    IfcfgFiles files;
    const auto add = flavour == IfcfgFlavour::suse ? add_suse_device : add_redhat_device;
    for (const auto& nic : nics) {
        if (nic.vlan) {
            add(below_vlan(nic), nullptr, files);
            add(above_vlan(nic), &nic, files);
        } else {
            add(nic, nullptr, files);
        }
    }
    return files;
}

// Those that can be written: with a device, and more to say than "up" where others say something.
Result<std::vector<Nic>> writable_nics(const Network& network, const Flavour& details,
                                       const FileReader& tree)
{
    std::vector<Nic> nics;
    for (const auto& nic : network.nics) {
        if (!is_plain_device(nic.device)) continue;
        bool is_only_up =
            nic.method4 == Ipv4Method::none && nic.method6 == Ipv6Method::none && !nic.vlan;
        auto there = TRY(tree.read(std::string(details.directory) + "/ifcfg-" + nic.device));
        if (is_only_up && there && !foreign_lines_of(there->content).empty()) continue;
        nics.push_back(nic);
    }
    return nics;
}

}  // namespace

IfcfgFlavour find_ifcfg_flavour(const FileReader& tree)
{
    auto status = tree.status("/etc/sysconfig/network");
    bool is_directory = status && *status && (*status)->type == FileType::directory;
    return is_directory ? IfcfgFlavour::suse : IfcfgFlavour::redhat;
}

Result<PlannedStep> plan_ifcfg(const Network& network, const FileReader& tree)
{
    PlannedStep planned{.step = {.name = "network"}};
    auto flavour = find_ifcfg_flavour(tree);
    auto details = details_of(flavour);
    auto nics = TRY(writable_nics(network, details, tree));
    for (const auto& nic : nics)
        say_unsaid_metric(nic, planned.problems);
    if (flavour == IfcfgFlavour::redhat) put_resolver_on_first(network, nics);
    auto wanted = render_all(nics, flavour);

    auto path_of_name = [&](std::string_view name) {
        return std::string(details.directory) + "/" + std::string(name);
    };
    for (const auto& [name, lines] : wanted)
        take(path_of_name(name), lines, TRY(tree.read(path_of_name(name))), planned);
    for (const auto& name : TRY(tree.list(details.directory))) {
        auto device = device_of(name, details);
        if (device.empty() || wanted.contains(name)) continue;
        auto there = TRY(tree.read(path_of_name(name)));
        if (!there) continue;
        auto foreign = foreign_lines_of(there->content);
        bool rivals = flavour == IfcfgFlavour::redhat && name.starts_with("ifcfg-") &&
                      std::any_of(nics.begin(), nics.end(),
                                  [&](const Nic& nic) { return configures(foreign, nic); });
        if (rivals)
            take(path_of_name(name), {"ONBOOT=no"}, there, planned);
        else if (there->content.starts_with(kOwnFileHeader) && may_go(device, network))
            let_go(path_of_name(name), *there, planned);
    }
    if (flavour == IfcfgFlavour::redhat) TRY(plan_sysctls(nics, network, tree, planned));
    add_activation(flavour, details, tree, planned);
    return planned;
}

}  // namespace onectx
