// Rules on values that a guest reads as a word, a number, a name or a path, judged as onectx-guest
// judges them. What OpenNebula puts together itself (values with `$`) is left alone.
#include <algorithm>
#include <array>
#include <string>

#include "common/backend_word.h"
#include "common/host_name.h"
#include "common/limits.h"
#include "common/mount_point.h"
#include "common/text.h"
#include "common/time_zone.h"
#include "host/lint/rules.h"
#include "host/template_lookup.h"

namespace onectx::lint {
namespace {

// Those that are YES or NO, as known_variables() has them. NETWORK and TOKEN have rules of their
// own.
constexpr auto kSwitches = std::to_array<std::string_view>(
    {"USERNAME_SUDO", "GRANT_SUDO", "USERNAME_PASSWORD_RESET", "SSH_PUBLIC_KEY_EXCLUSIVE",
     "SECURETTY", "IGNORE_SWAP", "GROW_ROOTFS", "REPORT_READY", "DHCP", "RADVD",
     "ETHx_ALIASy_EXTERNAL"});

struct Range {
    std::string_view name;
    std::uint64_t least;
    std::uint64_t most;
};

constexpr auto kNumbers = std::to_array<Range>({{"RETRY_COUNT", 1, kMaxReadyTries},
                                                {"RETRY_WAIT_PERIOD", 0, kMaxReadyWaitSeconds},
                                                {"PCIx_VLAN_ID", 1, 4094}});

// Calls back with a variable that has a known value.
template <class Check>
void with_value(const Subject& subject, std::string_view name, Check check)
{
    if (auto value = fixed_value(subject, name)) check(*subject.by_name.find(name)->second, *value);
}

// What is wrong with the value of a DISKx_MOUNT_ variable; empty when nothing is.
std::string mount_fault(std::string_view name, std::string_view value)
{
    if (name.ends_with("_TAG"))
        return is_mount_tag(value) ? "" : shown(value) + " is no tag of a shared file system";
    return clean_path(value).empty() ? shown(value) + " is no mount point" : "";
}

bool is_set(const Subject& subject, std::string_view name)
{
    auto found = subject.by_name.find(name);
    return found != subject.by_name.end() && !trim(found->second->value).empty();
}

// OpenNebula adds what is missing for a disk that is a shared file system.
bool has_file_system(const Subject& subject)
{
    return std::any_of(subject.disks.begin(), subject.disks.end(), [](const Section& disk) {
        const auto* type = find_item(*disk.items, "TYPE");
        return type && equals_ignoring_case(trim(type->value), "FILESYSTEM");
    });
}

void check_pair(const Subject& subject, const TemplateItem& item, Report& report)
{
    constexpr std::string_view kTag = "_TAG", kPoint = "_POINT";
    bool is_tag = item.key.ends_with(kTag);
    auto other = item.key.substr(0, item.key.size() - (is_tag ? kTag : kPoint).size());
    other += is_tag ? kPoint : kTag;
    if (is_set(subject, other) || has_file_system(subject)) return;
    report.add(item.place, item.key + ": there is no " + other + " for it",
               "set both: a file system is mounted by its tag");
}

}  // namespace

void check_switch(const Subject& subject, Report& report)
{
    for (const auto& [item, known] : subject.variables) {
        bool is_switch =
            known && std::find(kSwitches.begin(), kSwitches.end(), known->name) != kSwitches.end();
        auto value = is_switch ? fixed_value(*item) : std::nullopt;
        if (!value || parse_boolean(*value)) continue;
        report.add(item->place,
                   item->key + ' ' + shown(*value) + " is neither YES nor NO; it is taken as NO",
                   "write YES or NO");
    }
}

void check_number(const Subject& subject, Report& report)
{
    for (const auto& [item, known] : subject.variables) {
        auto value = known ? fixed_value(*item) : std::nullopt;
        if (!value) continue;
        for (const auto& range : kNumbers) {
            if (range.name != known->name || parse_number(*value, range.least, range.most))
                continue;
            report.add(item->place, item->key + ' ' + shown(*value) + " is out of range",
                       "write a number from " + std::to_string(range.least) + " to " +
                           std::to_string(range.most));
        }
    }
}

void check_host_name(const Subject& subject, Report& report)
{
    constexpr std::string_view kFix =
        "write letters, digits and '-', with dots between the parts of a name";
    with_value(subject, "SET_HOSTNAME", [&](const TemplateItem& item, std::string_view value) {
        auto name = clean_host_name(value);
        auto start = item.key + ' ' + shown(value);
        if (!name || is_localhost(name->host)) {
            report.add(item.place, start + " is no host name of a machine; it keeps the one it has",
                       std::string(kFix));
        } else if (full_name(*name) != value) {
            report.add(item.place,
                       start + " is no host name; onectx-guest makes " + shown(full_name(*name)) +
                           " of it, other guests make what they will",
                       std::string(kFix));
        }
    });
}

void check_time_zone(const Subject& subject, Report& report)
{
    with_value(subject, "TIMEZONE", [&](const TemplateItem& item, std::string_view value) {
        if (is_time_zone_name(value)) return;
        report.add(item.place, "TIMEZONE " + shown(value) + " is no name of a time zone",
                   "write a path below /usr/share/zoneinfo, as in Europe/Berlin");
    });
}

void check_script_policy(const Subject& subject, Report& report)
{
    constexpr std::array<std::string_view, 4> kWords{"every-boot", "once", "on-change", "off"};
    with_value(subject, "SCRIPT_POLICY", [&](const TemplateItem& item, std::string_view value) {
        if (std::find(kWords.begin(), kWords.end(), to_lower(value)) != kWords.end()) return;
        report.add(
            item.place,
            "SCRIPT_POLICY " + shown(value) + " is no policy; guest.conf of the image decides",
            "write every-boot, once, on-change or off");
    });
}

void check_network_type(const Subject& subject, Report& report)
{
    with_value(subject, "NETCFG_TYPE", [&](const TemplateItem& item, std::string_view value) {
        for (const auto& word : split_list(value)) {
            if (backend_of_word(word)) continue;
            report.add(
                item.place, "NETCFG_TYPE: " + shown(word) + " is no network back-end",
                "write interfaces, netplan, networkd, nm, scripts, netlink or none, or leave "
                "it to the guest");
        }
    });
}

void check_gateway_interface(const Subject& subject, Report& report)
{
    // With an alias or a device that is passed through nobody knows the numbers here.
    std::vector<std::string> interfaces;
    bool is_generated = has_generated_network(subject);
    for (std::size_t i = 0; is_generated && i < subject.nics.size(); ++i)
        interfaces.push_back("ETH" + std::to_string(i));
    for (const auto& [item, known] : subject.variables) {
        if (known && (known->name.starts_with("ETHx_") || known->name.starts_with("PCIx_")))
            interfaces.push_back(item->key.substr(0, item->key.find('_')));
    }
    if (interfaces.empty()) return;
    with_value(subject, "GATEWAY_IFACE", [&](const TemplateItem& item, std::string_view value) {
        auto word = to_upper(value);
        if (is_generated && word.starts_with("PCI")) return;
        auto is_meant = [&](const std::string& name) {
            return name == word || name == "ETH" + word;
        };
        if (std::any_of(interfaces.begin(), interfaces.end(), is_meant)) return;
        report.add(item.place, "GATEWAY_IFACE " + shown(value) + " is no interface of this context",
                   "write the number of one, as in 0 or ETH0");
    });
}

void check_mount(const Subject& subject, Report& report)
{
    with_value(subject, "GROW_FS", [&](const TemplateItem& item, std::string_view value) {
        for (const auto& path : split_list(value)) {
            if (!clean_path(path).empty()) continue;
            report.add(item.place, "GROW_FS: " + shown(path) + " is no mount point",
                       "list absolute paths, parted by blanks");
        }
    });
    for (const auto& [item, known] : subject.variables) {
        if (!known || !known->name.starts_with("DISKx_MOUNT_")) continue;
        if (trim(item->value).empty()) continue;
        check_pair(subject, *item, report);
        auto value = fixed_value(*item);
        auto fault = value ? mount_fault(item->key, *value) : "";
        if (!fault.empty())
            report.add(item->place, item->key + ": " + fault,
                       "a tag has at most 36 bytes; a path is absolute, without '.' and '..'");
    }
}

}  // namespace onectx::lint
