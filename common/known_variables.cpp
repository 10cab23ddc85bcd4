// See known_variables.h.
#include "common/known_variables.h"

#include <algorithm>
#include <array>
#include <vector>

#include "common/text.h"

namespace onectx {
namespace {

using enum VariableReader;

constexpr std::size_t kMaxJudgedBytes = 64;  // no known name is near to a longer one
constexpr std::size_t kShortName = 7;

// In groups as docs/variables.md has them (reference 2.5 and 1.4).
constexpr KnownVariable kVariables[] = {
    // Identity
    {"SET_HOSTNAME", guest},
    {"DNS_HOSTNAME", guest},
    {"EC2_HOSTNAME", guest},
    {"TIMEZONE", guest},
    {"VMID", guest},
    // Accounts
    {"USERNAME", guest},
    {"USERNAME_SHELL", guest},
    {"USERNAME_SUDO", guest},
    {"GRANT_SUDO", guest},
    {"PASSWORD", guest},
    {"PASSWORD_BASE64", guest},
    {"CRYPTED_PASSWORD", guest},
    {"CRYPTED_PASSWORD_BASE64", guest},
    {"USERNAME_PASSWORD_RESET", guest},
    {"SSH_PUBLIC_KEY", guest},
    {"EC2_PUBLIC_KEY", guest},
    {"SSH_PUBLIC_KEY_EXCLUSIVE", guest},
    {"SECURETTY", guest},
    // Network
    {"ETHx_MAC", guest},
    {"ETHx_IP", guest},
    {"ETHx_MASK", guest},
    {"ETHx_NETWORK", guest},
    {"ETHx_GATEWAY", guest},
    {"ETHx_METRIC", guest},
    {"ETHx_IP6", guest},
    {"ETHx_IPV6", guest},
    {"ETHx_IP6_PREFIX_LENGTH", guest},
    {"ETHx_IP6_ULA", guest},
    {"ETHx_IP6_GATEWAY", guest},
    {"ETHx_GATEWAY6", guest},
    {"ETHx_IP6_METRIC", guest},
    {"ETHx_METHOD", guest},
    {"ETHx_IP6_METHOD", guest},
    {"ETHx_MTU", guest},
    {"ETHx_DNS", guest},
    {"ETHx_SEARCH_DOMAIN", guest},
    {"ETHx_ROUTES", guest},
    {"ETHx_VLAN_ID", guest},
    {"ETHx_EXTERNAL", guest},
    {"ETHx_ALIASy_MAC", guest},
    {"ETHx_ALIASy_IP", guest},
    {"ETHx_ALIASy_MASK", guest},
    {"ETHx_ALIASy_NETWORK", guest},
    {"ETHx_ALIASy_GATEWAY", guest},
    {"ETHx_ALIASy_METRIC", guest},
    {"ETHx_ALIASy_IP6", guest},
    {"ETHx_ALIASy_IPV6", guest},
    {"ETHx_ALIASy_IP6_PREFIX_LENGTH", guest},
    {"ETHx_ALIASy_IP6_ULA", guest},
    {"ETHx_ALIASy_IP6_GATEWAY", guest},
    {"ETHx_ALIASy_IP6_METRIC", guest},
    {"ETHx_ALIASy_IP6_METHOD", guest},
    {"ETHx_ALIASy_METHOD", guest},
    {"ETHx_ALIASy_MTU", guest},
    {"ETHx_ALIASy_DNS", guest},
    {"ETHx_ALIASy_SEARCH_DOMAIN", guest},
    {"ETHx_ALIASy_ROUTES", guest},
    {"ETHx_ALIASy_VLAN_ID", guest},
    {"ETHx_ALIASy_EXTERNAL", guest},
    {"ETHx_ALIASy_DETACH", guest},
    {"PCIx_MAC", guest},
    {"PCIx_ADDRESS", guest},
    {"PCIx_IP", guest},
    {"PCIx_MASK", guest},
    {"PCIx_NETWORK", guest},
    {"PCIx_GATEWAY", guest},
    {"PCIx_METRIC", guest},
    {"PCIx_MTU", guest},
    {"PCIx_VLAN_ID", guest},
    {"PCIx_METHOD", guest},
    {"PCIx_DNS", guest},
    {"PCIx_SEARCH_DOMAIN", guest},
    {"PCIx_ROUTES", guest},
    {"PCIx_EXTERNAL", guest},
    {"PCIx_IP6", guest},
    {"PCIx_IPV6", guest},
    {"PCIx_IP6_PREFIX_LENGTH", guest},
    {"PCIx_IP6_ULA", guest},
    {"PCIx_IP6_GATEWAY", guest},
    {"PCIx_GATEWAY6", guest},
    {"PCIx_IP6_METRIC", guest},
    {"PCIx_IP6_METHOD", guest},
    {"DNS", guest},
    {"SEARCH_DOMAIN", guest},
    {"ROUTES", guest},
    {"GATEWAY_IFACE", guest},
    {"NETCFG_TYPE", guest},
    {"NETCFG_NETPLAN_RENDERER", guest},
    // Disks
    {"IGNORE_SWAP", guest},
    {"GROW_ROOTFS", guest},
    {"GROW_FS", guest},
    {"DISKx_MOUNT_TAG", guest},
    {"DISKx_MOUNT_POINT", guest},
    {"RECREATE_RUN", guest},
    // Scripts and OneGate
    {"START_SCRIPT", guest},
    {"START_SCRIPT_BASE64", guest},
    {"INIT_SCRIPTS", guest},
    {"SCRIPT_POLICY", guest},
    {"USER_DATA", guest},
    {"USERDATA", guest},
    {"USER_DATA_ENCODING", guest},
    {"USERDATA_ENCODING", guest},
    {"READY_SCRIPT", guest},
    {"READY_SCRIPT_PATH", guest},
    {"READY_SCRIPT_BASE64", guest},
    {"REPORT_READY", guest},
    {"RETRY_COUNT", guest},
    {"RETRY_WAIT_PERIOD", guest},
    {"ONEGATE_ENDPOINT", guest},
    {"ONEGATE_TOKEN", guest},
    // Directives for the host
    {"NETWORK", host},
    {"TARGET", host},
    {"DEV_PREFIX", host},
    {"DRIVER", host},
    {"DISK_ID", host},
    {"FILES", host},
    {"FILES_DS", host},
    {"TOKEN", host},
    // Windows
    {"EJECT_CDROM", windows},
    {"ENABLE_SSH", windows},
    {"WINADMIN", windows},
    // Virtual router
    {"PRIVNET", router},
    {"PUBNET", router},
    {"TEMPLATE", router},
    {"DHCP", router},
    {"RADVD", router},
    {"NTP_SERVER", router},
    {"SEARCH", router},
    {"FORWARDING", router},
    {"VROUTER_ID", router},
    {"VROUTER_KEEPALIVED_ID", router},
    {"VROUTER_KEEPALIVED_PASSWORD", router},
    {"VROUTER_KEEPALIVED_CHECK_SCRIPT", router},
    {"VROUTER_KEEPALIVED_NOTIFY_SCRIPT", router},
    {"ETHx_VROUTER_IP", router},
    {"ETHx_VROUTER_IP6", router},
    {"ETHx_VROUTER_MANAGEMENT", router},
    {"ETHx_ALIASy_VROUTER_IP", router},
    {"ETHx_ALIASy_VROUTER_IP6", router},
    {"ETHx_ALIASy_VROUTER_MANAGEMENT", router},
    {"PCIx_VROUTER_IP", router},
    {"PCIx_VROUTER_IP6", router},
    {"PCIx_VROUTER_MANAGEMENT", router},
    // Older names
    {"HOSTNAME", guest, "SET_HOSTNAME"},
    {"IP_PUBLIC", guest, "ETHx_IP"},
    {"NETMASK", guest, "ETHx_MASK"},
    {"GATEWAY", guest, "ETHx_GATEWAY"},
    {"SSH_KEY", guest, "SSH_PUBLIC_KEY"},
    {"USER_PUBKEY", guest, "SSH_PUBLIC_KEY"},
    {"ROOT_PUBKEY", guest, "SSH_PUBLIC_KEY"},
    {"ROOT_PASSWORD", guest, "CRYPTED_PASSWORD_BASE64"},
    {"ONEGATE_URL", nobody, "ONEGATE_ENDPOINT"},
    {"CONTEXT_FORCE_IPV4", nobody},
};

std::size_t digits_at(std::string_view text, std::size_t at)
{
    auto end = at;
    while (end < text.size() && is_digit(text[end]))
        ++end;
    return end - at;
}

// Takes the word and the number behind it off `rest`; absent when it does not begin so.
std::optional<std::string_view> take_number(std::string_view& rest, std::string_view word)
{
    if (!rest.starts_with(word)) return std::nullopt;
    auto count = digits_at(rest, word.size());
    auto end = word.size() + count;
    if (count == 0 || end == rest.size() || rest[end] != '_') return std::nullopt;
    auto number = rest.substr(word.size(), count);
    rest.remove_prefix(end);
    return number;
}

// A name with its numbers replaced: "ETHx_ALIASy_IP" of "ETH0_ALIAS12_IP", and 0 and 12.
struct Pattern {
    std::string name;
    std::string_view x, y;
};

Pattern pattern_of(std::string_view name)
{
    for (std::string_view word : {"ETH", "PCI", "DISK"}) {
        auto rest = name;
        auto x = take_number(rest, word);
        if (!x) continue;
        constexpr std::string_view kAlias = "_ALIAS";
        auto y = take_number(rest, kAlias);
        auto start = std::string(word) + 'x' + (y ? std::string(kAlias) + 'y' : "");
        return {start + std::string(rest), *x, y.value_or("")};
    }
    return {std::string(name), "", ""};
}

// A name of the table with numbers in the places of x and y, which no other name has in small.
std::string with_numbers(std::string_view name, const Pattern& pattern)
{
    std::string result;
    for (char c : name) {
        if (c == 'x')
            result += pattern.x.empty() ? "0" : pattern.x;
        else if (c == 'y')
            result += pattern.y.empty() ? "0" : pattern.y;
        else
            result += c;
    }
    return result;
}

}  // namespace

std::span<const KnownVariable> known_variables()
{
    return kVariables;
}

const KnownVariable* find_known_variable(std::string_view name)
{
    auto pattern = pattern_of(name).name;
    const auto* found = std::find_if(std::begin(kVariables), std::end(kVariables),
                                     [&](const auto& known) { return known.name == pattern; });
    return found == std::end(kVariables) ? nullptr : found;
}

std::optional<std::string> nearest_known_variable(std::string_view name)
{
    if (name.size() > kMaxJudgedBytes || find_known_variable(name)) return std::nullopt;
    auto pattern = pattern_of(name);
    const KnownVariable* nearest = nullptr;
    auto least = (name.size() > kShortName ? 2U : 1U) + std::size_t{1};
    for (const auto& known : kVariables) {
        auto [shorter, longer] = std::minmax({pattern.name.size(), known.name.size()});
        if (longer - shorter >= least) continue;
        auto distance = edit_distance(pattern.name, known.name);
        if (distance >= least || distance >= known.name.size()) continue;
        least = distance;
        nearest = &known;
    }
    if (!nearest) return std::nullopt;
    return with_numbers(nearest->instead.empty() ? nearest->name : nearest->instead, pattern);
}

std::size_t edit_distance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        last[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            auto changed = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({changed, last[j] + 1, row[j - 1] + 1});
            bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
        }
        std::swap(before, last);
        std::swap(last, row);
    }
    return last[b.size()];
}

}  // namespace onectx
