// See backend.h.
#include "guest/net/backend.h"

#include <algorithm>
#include <iterator>

#include "common/limits.h"
#include "common/text.h"
#include "guest/edit/interfaces_file.h"
#include "guest/model/presence.h"
#include "guest/model/problems.h"

namespace onectx {
namespace {

// The services that carry a back-end, by the names that systemd and the older inits know them by.
struct Daemon {
    std::string_view backend;
    std::string_view units[3];
    std::string_view services[2];
};

// In the order of preference where two are enabled and both have links of their own: one that an
// administrator must have enabled before one that distributions enable themselves.
constexpr Daemon kDaemons[] = {
    {"networkd", {"systemd-networkd.service", "dbus-org.freedesktop.network1.service"}, {}},
    {"interfaces", {"networking.service"}, {"networking"}},
    {"nm",
     {"NetworkManager.service", "dbus-org.freedesktop.NetworkManager.service"},
     {"network-manager", "networkmanager"}},
    {"scripts", {"wicked.service", "network.service"}, {"network"}},
};

// Looking for evidence never fails: what cannot be read is none.
std::vector<std::string> names_in(const FileReader& tree, std::string_view directory)
{
    return tree.list(directory).value_or(std::vector<std::string>{});
}

std::string link_of(const FileReader& tree, std::string_view path)
{
    return tree.link_target(path).value_or(std::nullopt).value_or("");
}

bool is_enabled_unit(const FileReader& tree, std::string_view unit)
{
    constexpr std::string_view kAdministrator = "/etc/systemd/system/";
    auto own = std::string(kAdministrator) + std::string(unit);
    if (link_of(tree, own) == "/dev/null") return false;  // masked
    if (unit.starts_with("dbus-") && is_there(tree, own)) return true;
    for (auto directory : {kAdministrator, std::string_view("/usr/lib/systemd/system/"),
                           std::string_view("/lib/systemd/system/")})
        for (const auto& name : names_in(tree, directory))
            if ((name.ends_with(".wants") || name.ends_with(".requires")) &&
                is_there(tree, std::string(directory) + name + "/" + std::string(unit)))
                return true;
    return false;
}

// Where OpenRC's runlevels or the rc directories of SysV start a service; empty: nowhere.
std::string started_from(const FileReader& tree, std::string_view service)
{
    for (const auto& level : names_in(tree, "/etc/runlevels")) {
        auto directory = "/etc/runlevels/" + level;
        if (is_there(tree, directory + "/" + std::string(service))) return directory;
    }
    for (const auto* level : {"S", "2", "3", "5"}) {
        auto directory = "/etc/rc" + std::string(level) + ".d";
        for (std::string_view name : names_in(tree, directory))
            if (name.size() > 3 && name[0] == 'S' && is_digit(name[1]) && is_digit(name[2]) &&
                name.substr(3) == service)
                return directory;
    }
    return "";
}

bool runs_systemd(const FileReader& tree)
{
    return link_of(tree, "/sbin/init").find("systemd") != std::string::npos ||
           link_of(tree, "/usr/sbin/init").find("systemd") != std::string::npos;
}

std::optional<std::string> reason_to_use(const FileReader& tree, const Daemon& daemon)
{
    for (auto unit : daemon.units)
        if (!unit.empty() && is_enabled_unit(tree, unit)) return std::string(unit) + " is enabled";
    // systemd turns rc scripts that have a unit into nothing, so their links say nothing there.
    if (runs_systemd(tree)) return std::nullopt;
    for (auto service : daemon.services) {
        auto place = service.empty() ? std::string() : started_from(tree, service);
        if (!place.empty()) return std::string(service) + " is started from " + place;
    }
    return std::nullopt;
}

bool names_a_link(std::string_view interfaces)
{
    auto is_link = [](std::string_view device) { return device != "lo"; };
    auto foreign = read_interfaces(interfaces).defined;
    auto own = own_stanzas(interfaces);
    return std::any_of(foreign.begin(), foreign.end(), is_link) ||
           std::any_of(own.begin(), own.end(), [&](const auto& one) { return is_link(one.first); });
}

std::string content_of(const FileReader& tree, std::string_view path)
{
    auto text = tree.read(path);
    return text && *text ? (*text)->content : "";
}

// Whether it has links of its own. Debian enables networking.service on every machine, also where
// it has nothing but lo; NetworkManager takes whatever nobody else has.
bool manages_links(const FileReader& tree, std::string_view backend)
{
    if (backend == "networkd") {
        auto names = names_in(tree, "/etc/systemd/network");
        return std::any_of(names.begin(), names.end(), [](const auto& name) {
            return name.ends_with(".network") && !name.starts_with(kUnmanagedPrefix);
        });
    }
    if (backend != "interfaces") return true;
    constexpr std::string_view kDirectory = "/etc/network/interfaces.d";
    if (names_a_link(content_of(tree, "/etc/network/interfaces"))) return true;
    auto names = names_in(tree, kDirectory);
    return std::any_of(names.begin(), names.end(), [&](const auto& name) {
        return names_a_link(content_of(tree, std::string(kDirectory) + "/" + name));
    });
}

// netplan is no daemon: it is in use when it has something to generate from.
std::optional<std::string> reason_to_use_netplan(const FileReader& tree)
{
    if (!is_there(tree, "/usr/sbin/netplan")) return std::nullopt;
    for (const auto& name : names_in(tree, "/etc/netplan"))
        if (name.ends_with(".yaml")) return "/etc/netplan/" + name + " is there";
    return std::nullopt;
}

// What says something by being there. networkctl, nmcli and netplan do not: distributions install
// them beside whatever is in use.
std::vector<BackendEvidence> present_backends(const FileReader& tree)
{
    std::vector<BackendEvidence> found;
    auto is_any = [&](auto... paths) { return (is_there(tree, paths) || ...); };
    if (is_there(tree, "/etc/network/interfaces") &&
        is_any("/sbin/ifup", "/usr/sbin/ifup", "/bin/busybox", "/usr/bin/busybox"))
        found.push_back({"interfaces", "/etc/network/interfaces is there", false});
    if (is_there(tree, "/etc/sysconfig/network-scripts/ifup"))
        found.push_back({"scripts", "/etc/sysconfig/network-scripts/ifup is there", false});
    return found;
}

std::string described(const BackendEvidence& evidence)
{
    return evidence.name + " (" + evidence.because + ")";
}

// netplan hands its links to networkd or NetworkManager, so those are no rivals of it.
bool are_rivals(const BackendEvidence& first, const BackendEvidence& second)
{
    return second.enabled &&
           (first.name != "netplan" || (second.name != "networkd" && second.name != "nm"));
}

ChosenBackend detect_backend(const FileReader& tree)
{
    auto found = find_backends(tree);
    if (found.empty())
        return {"none",
                {{"", "no network back-end is enabled or present; the network is left as it is",
                  false}}};
    const auto& first = found.front();
    ChosenBackend chosen{first.name, {}};
    if (!first.enabled) return chosen;
    auto rival = std::find_if(found.begin() + 1, found.end(),
                              [&](const auto& other) { return are_rivals(first, other); });
    if (rival != found.end())
        chosen.problems.push_back({"",
                                   described(first) + " and " + described(*rival) +
                                       " are both enabled; " + first.name + " is used",
                                   false});
    return chosen;
}

// NETCFG_TYPE: one word, or several of which the first that the machine has is meant.
std::optional<std::string> wished_backend(std::string_view text, const FileReader& tree,
                                          std::vector<Problem>& problems)
{
    std::vector<std::string> wished;
    for (const auto& word : split_list(text, kMaxListItems)) {
        if (auto backend = backend_of_word(word))
            wished.push_back(*backend);
        else
            add_problem(problems, {"NETCFG_TYPE", shown(word) + " is no network back-end", false});
    }
    if (wished.empty()) return std::nullopt;
    if (wished.size() == 1) return wished.front();
    auto found = find_backends(tree);
    auto is_found = [&](const auto& name) {
        return std::any_of(found.begin(), found.end(),
                           [&](const auto& evidence) { return evidence.name == name; });
    };
    auto first = std::find_if(wished.begin(), wished.end(), is_found);
    return first == wished.end() ? wished.front() : *first;
}

}  // namespace

std::vector<BackendEvidence> find_backends(const FileReader& tree)
{
    std::vector<BackendEvidence> found, idle;
    if (auto because = reason_to_use_netplan(tree)) found.push_back({"netplan", *because, true});
    for (const auto& daemon : kDaemons) {
        auto because = reason_to_use(tree, daemon);
        if (!because) continue;
        auto& list = manages_links(tree, daemon.backend) ? found : idle;
        list.push_back({std::string(daemon.backend), *because, true});
    }
    std::move(idle.begin(), idle.end(), std::back_inserter(found));
    for (auto& evidence : present_backends(tree))
        if (std::none_of(found.begin(), found.end(),
                         [&](const auto& other) { return other.name == evidence.name; }))
            found.push_back(std::move(evidence));
    return found;
}

ChosenBackend choose_backend(const std::string& option, const Policy& policy,
                             const Settings& settings, const FileReader& tree)
{
    if (auto backend = backend_of_word(option)) return {*backend, {}};
    if (auto backend = backend_of_word(policy.backend)) return {*backend, {}};
    std::vector<Problem> problems;
    if (auto backend = wished_backend(settings.network_backend.value_or(""), tree, problems))
        return {*backend, std::move(problems)};
    auto chosen = detect_backend(tree);
    chosen.problems.insert(chosen.problems.begin(), problems.begin(), problems.end());
    return chosen;
}

}  // namespace onectx
