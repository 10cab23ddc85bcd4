// Rules on the variables of interfaces, judged as the guest judges them. What OpenNebula puts
// together itself (values with `$`) is left alone.
#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "common/address.h"
#include "common/route.h"
#include "common/text.h"
#include "host/lint/rules.h"
#include "host/template_lookup.h"

namespace onectx::lint {
namespace {

constexpr unsigned kMinMtu = 68;     // RFC 791
constexpr unsigned kMinMtu6 = 1280;  // RFC 8200
constexpr unsigned kMaxMtu = 65535;
constexpr std::optional<unsigned> kDefaultLength4 = 24;  // of onectx-guest, without a MASK

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words)
{
    return std::any_of(words.begin(), words.end(),
                       [&](auto one) { return equals_ignoring_case(one, word); });
}

// "GATEWAY" of ETHx_GATEWAY, PCIx_GATEWAY and ETHx_ALIASy_GATEWAY; empty for other variables.
std::string_view network_suffix(const Variable& variable)
{
    if (!variable.known) return "";
    auto name = variable.known->name;
    for (std::string_view start : {"ETHx_ALIASy_", "ETHx_", "PCIx_"})
        if (name.starts_with(start)) return name.substr(start.size());
    return "";
}

// "ETH0_" of ETH0_GATEWAY.
std::string prefix_of(const Variable& variable)
{
    return variable.item->key.substr(0,
                                     variable.item->key.size() - network_suffix(variable).size());
}

std::optional<Ipv4> as_ipv4(std::optional<std::string_view> text)
{
    return text ? parse_ipv4(*text) : std::nullopt;
}

bool is_ipv4_with_length(std::string_view text)
{
    auto prefix = parse_prefix(text);
    return prefix && is_ipv4(prefix->address) && prefix->length > 0;
}

bool is_ipv6_with_length(std::string_view text)
{
    auto prefix = parse_prefix(text);
    return prefix && !is_ipv4(prefix->address) && prefix->length > 0;
}

// Calls back with each interface variable of one of the suffixes that has a known value.
template <class Check>
void for_each_value(const Subject& subject, std::initializer_list<std::string_view> suffixes,
                    Check check)
{
    for (const auto& variable : subject.variables) {
        auto suffix = network_suffix(variable);
        if (suffix.empty() || std::find(suffixes.begin(), suffixes.end(), suffix) == suffixes.end())
            continue;
        if (auto value = fixed_value(*variable.item)) check(variable, *value);
    }
}

// The prefix of an interface's first IPv4 address, when all of it is known.
std::optional<IpPrefix> prefix4_of(const Subject& subject, const std::string& eth)
{
    auto ip = fixed_value(subject, eth + "IP");
    if (!ip) return std::nullopt;
    auto prefix = parse_prefix(*ip);
    if (!prefix || !is_ipv4(prefix->address)) return std::nullopt;
    if (ip->find('/') != std::string_view::npos) return prefix;
    auto item = subject.by_name.find(eth + "MASK");
    bool has_mask = item != subject.by_name.end() && !trim(item->second->value).empty();
    auto mask = fixed_value(subject, eth + "MASK");
    auto length = !has_mask ? kDefaultLength4 : mask ? parse_mask(*mask) : std::nullopt;
    if (!length) return std::nullopt;
    prefix->length = *length;
    return prefix;
}

std::optional<IpPrefix> prefix6_of(const Subject& subject, const std::string& eth)
{
    constexpr unsigned kDefaultLength = 64;
    auto ip = fixed_value(subject, eth + "IP6");
    if (!ip) ip = fixed_value(subject, eth + "IPV6");
    auto prefix = ip ? parse_prefix(*ip) : std::nullopt;
    if (!prefix || is_ipv4(prefix->address)) return std::nullopt;
    if (ip->find('/') != std::string_view::npos) return prefix;
    auto length =
        parse_number(fixed_value(subject, eth + "IP6_PREFIX_LENGTH").value_or("64"), 1, 128);
    prefix->length = static_cast<unsigned>(length.value_or(kDefaultLength));
    return prefix;
}

void check_outside(const Variable& gateway, std::string_view text,
                   const std::optional<IpPrefix>& prefix, Report& report)
{
    auto address = parse_ip(text);
    if (!address || !prefix || is_ipv4(*address) != is_ipv4(prefix->address)) return;
    if (contains(*prefix, *address) || (!is_ipv4(*address) && is_link_local(*address))) return;
    report.add(gateway.item->place,
               gateway.item->key + ' ' + shown(text) + " is outside " + to_text(*prefix),
               "correct the gateway, the address or the mask; onectx-guest reaches such a gateway "
               "by a route of its own, other guests do not");
}

// Complains of every second use of one value.
class Uses {
  public:
    explicit Uses(Report& report) : report_(report) {}

    void add(const std::string& value, const TemplateItem& item, const std::string& fix)
    {
        auto [first, is_new] = items_.emplace(value, &item);
        if (is_new) return;
        report_.add(item.place,
                    item.key + ' ' + value + " is that of " + first->second->key + " in line " +
                        std::to_string(first->second->place.line),
                    fix);
    }

  private:
    Report& report_;
    std::map<std::string, const TemplateItem*> items_;
};

}  // namespace

void check_method(const Subject& subject, Report& report)
{
    for_each_value(subject, {"METHOD", "IP6_METHOD"}, [&](const auto& variable, auto value) {
        bool is_ipv6 = network_suffix(variable) == "IP6_METHOD";
        if (is_one_of(value, {"static", "dhcp", "skip"}) ||
            (is_ipv6 && is_one_of(value, {"auto", "disable"})))
            return;
        std::string_view words =
            is_ipv6 ? "static, auto, dhcp, disable or skip" : "static, dhcp or skip";
        report.add(variable.item->place,
                   variable.item->key + ' ' + shown(value) +
                       " is no method: older guests leave the whole interface alone",
                   "write " + std::string(words) + ", or leave it out");
    });
}

void check_mask(const Subject& subject, Report& report)
{
    for_each_value(subject, {"MASK"}, [&](const auto& variable, auto value) {
        auto length = parse_mask(value);
        if (length.value_or(0) > 0) return;
        bool has_holes = !length && parse_ipv4(value);
        report.add(variable.item->place,
                   variable.item->key + ' ' + shown(value) +
                       (has_holes ? " has holes" : " is no network mask"),
                   "a mask is ones and then zeros, as in 255.255.255.0");
    });
}

void check_mask_form(const Subject& subject, Report& report)
{
    for_each_value(subject, {"MASK"}, [&](const auto& variable, auto value) {
        auto length = parse_mask(value);
        if (length.value_or(0) == 0 || parse_ipv4(value)) return;
        report.add(
            variable.item->place,
            variable.item->key + ' ' + shown(value) + ": older guests read dotted masks only",
            "write " + to_text(mask_of(*length)));
    });
}

void check_prefix_length(const Subject& subject, Report& report)
{
    for_each_value(subject, {"IP6_PREFIX_LENGTH"}, [&](const auto& variable, auto value) {
        auto digits = value.starts_with('/') ? value.substr(1) : value;
        if (parse_number(digits, 1, 128)) return;
        report.add(variable.item->place,
                   variable.item->key + ' ' + shown(value) + " is no length of an IPv6 prefix",
                   "write a number from 1 to 128; most networks have 64");
    });
}

void check_address(const Subject& subject, Report& report)
{
    auto complain = [&](const Variable& variable, std::string_view value, std::string_view kind) {
        report.add(variable.item->place,
                   variable.item->key + ' ' + shown(value) + " is no " + std::string(kind),
                   "write one " + std::string(kind));
    };
    for_each_value(subject, {"IP"}, [&](const auto& variable, auto value) {
        if (!is_ipv4_with_length(value)) complain(variable, value, "IPv4 address");
    });
    for_each_value(subject, {"NETWORK", "GATEWAY", "VROUTER_IP"},
                   [&](const auto& variable, auto value) {
                       if (!parse_ipv4(value)) complain(variable, value, "IPv4 address");
                   });
    for_each_value(subject, {"IP6", "IPV6", "IP6_ULA"}, [&](const auto& variable, auto value) {
        if (!is_ipv6_with_length(value)) complain(variable, value, "IPv6 address");
    });
    for_each_value(subject, {"IP6_GATEWAY", "GATEWAY6", "VROUTER_IP6"},
                   [&](const auto& variable, auto value) {
                       if (!parse_ipv6(value)) complain(variable, value, "IPv6 address");
                   });
}

void check_gateway_outside(const Subject& subject, Report& report)
{
    for_each_value(subject, {"GATEWAY"}, [&](const auto& variable, auto value) {
        check_outside(variable, value, prefix4_of(subject, prefix_of(variable)), report);
    });
    for_each_value(subject, {"IP6_GATEWAY", "GATEWAY6"}, [&](const auto& variable, auto value) {
        check_outside(variable, value, prefix6_of(subject, prefix_of(variable)), report);
    });
}

void check_mac(const Subject& subject, Report& report)
{
    auto check = [&](const TemplateItem& item) {
        auto value = fixed_value(item);
        if (!value || parse_mac(*value)) return;
        report.add(item.place, item.key + ' ' + shown(*value) + " is no MAC address",
                   "write six pairs of hexadecimal digits, as in 02:00:c0:a8:46:96");
    };
    for_each_value(subject, {"MAC"}, [&](const auto& variable, auto) { check(*variable.item); });
    for (const auto& nic : subject.nics)
        if (const auto* item = find_item(*nic.items, "MAC")) check(*item);
}

void check_nic_without_mac(const Subject& subject, Report& report)
{
    if (has_generated_network(subject)) return;
    std::set<std::string> seen;
    for (const auto& variable : subject.variables) {
        if (!variable.known || !variable.known->name.starts_with("ETHx_")) continue;
        const auto& key = variable.item->key;
        auto eth = key.substr(0, key.find('_') + 1);
        auto mac = subject.by_name.find(eth + "MAC");
        bool has_mac = mac != subject.by_name.end() && !trim(mac->second->value).empty();
        if (has_mac || !seen.insert(eth).second) continue;
        report.add(variable.item->place,
                   key + ": there is no " + eth + "MAC, by which a guest finds the interface",
                   "set " + eth + "MAC, or let NETWORK = YES make the variables");
    }
}

void check_nic_unknown(const Subject& subject, Report& report)
{
    if (!has_generated_network(subject)) return;
    const auto& place = subject.by_name.at("NETWORK")->place;
    if (subject.nics.empty()) {
        report.add(place, "NETWORK = YES, and there is no NIC: no ETHx variables are made",
                   "add NIC = [ NETWORK = \"name\" ], unless NICs come with the machine");
    }
    for (const auto& nic : subject.nics) {
        const auto* mac = find_item(*nic.items, "MAC");
        if (mac && !trim(mac->value).empty()) continue;
        report.add(place_of(nic),
                   "this NIC has no MAC yet, so that NETWORK = YES makes no variables of it here",
                   "nothing to do in a template; build and render know more with --vm");
    }
}

void check_duplicate_mac(const Subject& subject, Report& report)
{
    const std::string fix = "give each interface a MAC address of its own";
    Uses variables(report);
    for_each_value(subject, {"MAC"}, [&](const auto& variable, auto value) {
        // An alias lives on the interface of its parent and may repeat its address.
        if (variable.known->name.starts_with("ETHx_ALIASy")) return;
        if (auto mac = parse_mac(value)) variables.add(to_text(*mac), *variable.item, fix);
    });
    Uses nics(report);
    for (const auto& nic : subject.nics) {
        const auto* item = find_item(*nic.items, "MAC");
        auto value = item ? fixed_value(*item) : std::nullopt;
        auto mac = value ? parse_mac(*value) : std::nullopt;
        if (mac) nics.add(to_text(*mac), *item, fix);
    }
}

void check_duplicate_ip(const Subject& subject, Report& report)
{
    const std::string fix = "give each interface an address of its own";
    Uses variables(report);
    for_each_value(subject, {"IP", "IP6", "IPV6"}, [&](const auto& variable, auto value) {
        auto prefix = parse_prefix(value);
        if (prefix) variables.add(to_text(prefix->address), *variable.item, fix);
    });
    Uses nics(report);
    for (const auto& nic : subject.nics) {
        const auto* item = find_item(*nic.items, "IP");
        if (auto address = item ? as_ipv4(fixed_value(*item)) : std::nullopt)
            nics.add(to_text(*address), *item, fix);
    }
}

void check_dns(const Subject& subject, Report& report)
{
    auto check = [&](const TemplateItem& item, std::string_view value) {
        for (const auto& address : split_list(value)) {
            if (parse_ip(address)) continue;
            report.add(item.place, item.key + ": " + shown(address) + " is no address",
                       "list addresses of name servers, parted by blanks");
        }
    };
    for_each_value(subject, {"DNS"},
                   [&](const auto& variable, auto value) { check(*variable.item, value); });
    if (auto value = fixed_value(subject, "DNS")) check(*subject.by_name.at("DNS"), *value);
}

void check_routes(const Subject& subject, Report& report)
{
    auto check = [&](const TemplateItem& item, std::string_view value) {
        for (auto line : split_lines(value)) {
            for (auto route : split(line, ',')) {
                if (trim(route).empty() || parse_route(route)) continue;
                report.add(item.place, item.key + ": " + shown(trim(route)) + " is no route",
                           "write DESTINATION via GATEWAY, as in 10.8.0.0/16 via 10.0.0.254, with "
                           "commas between routes");
            }
        }
    };
    for_each_value(subject, {"ROUTES"},
                   [&](const auto& variable, auto value) { check(*variable.item, value); });
    if (auto value = fixed_value(subject, "ROUTES")) check(*subject.by_name.at("ROUTES"), *value);
}

void check_mtu(const Subject& subject, Report& report)
{
    for_each_value(subject, {"MTU"}, [&](const auto& variable, auto value) {
        auto eth = prefix_of(variable);
        bool has_ipv6 = fixed_value(subject, eth + "IP6") || fixed_value(subject, eth + "IPV6");
        auto least = has_ipv6 ? kMinMtu6 : kMinMtu;
        if (parse_number(value, least, kMaxMtu)) return;
        report.add(
            variable.item->place,
            variable.item->key + ' ' + shown(value) + " is no MTU" + (has_ipv6 ? " for IPv6" : ""),
            "write a number from " + std::to_string(least) + " to " + std::to_string(kMaxMtu));
    });
}

void check_metric(const Subject& subject, Report& report)
{
    for_each_value(subject, {"METRIC", "IP6_METRIC"}, [&](const auto& variable, auto value) {
        if (parse_number(value, 0, kMaxMetric)) return;
        report.add(variable.item->place, variable.item->key + ' ' + shown(value) + " is no metric",
                   "write a number from 0 to " + std::to_string(kMaxMetric));
    });
}

}  // namespace onectx::lint
