// See network_variables.h.
#include "guest/model/network_variables.h"

#include <algorithm>

#include "common/limits.h"
#include "guest/model/pci_address.h"

namespace onectx {
namespace {

constexpr unsigned kMaxId = 65535;  // of ETHx and ALIASy
constexpr unsigned kDefaultPrefix4 = 24;
constexpr unsigned kDefaultPrefix6 = 64;

bool is_host_address(const Ipv4& address)
{
    constexpr std::uint8_t kMulticast = 224, kReserved = 240, kBroadcast = 255;
    auto first = address.octets[0];
    return first != 0 && (first < kMulticast || (first >= kReserved && first < kBroadcast));
}

bool is_host_address(const Ipv6& address)
{
    constexpr std::uint8_t kMulticast = 0xFF;
    return address != Ipv6{} && address.octets[0] != kMulticast;
}

std::optional<Ipv6Interface> read_one_ipv6(const Variables& variables, std::string_view name,
                                           unsigned prefix)
{
    auto text = variables.get(name);
    if (!text) return std::nullopt;
    auto given = parse_prefix(*text);
    const auto* address = given ? std::get_if<Ipv6>(&given->address) : nullptr;
    if (address == nullptr || !is_host_address(*address) || given->length == 0) {
        variables.error(name, shown(*text) + " is no IPv6 address of a host");
        return std::nullopt;
    }
    if (text->find('/') != std::string_view::npos) prefix = given->length;
    return Ipv6Interface{*address, prefix};
}

unsigned read_prefix6(const Variables& variables)
{
    constexpr std::string_view kName = "IP6_PREFIX_LENGTH";
    auto text = variables.get(kName);
    if (!text) return kDefaultPrefix6;
    auto digits = text->starts_with('/') ? text->substr(1) : *text;
    auto length = parse_number(digits, 1, 128);
    if (!length)
        variables.error(kName, shown(*text) + " is no length of an IPv6 prefix; 64 is used");
    return static_cast<unsigned>(length.value_or(kDefaultPrefix6));
}

std::vector<std::string> read_list(const Variables& variables, std::string_view name)
{
    auto items = split_list(variables.get(name).value_or(""), kMaxListItems + 1);
    if (items.size() > kMaxListItems) {
        items.resize(kMaxListItems);
        variables.error(
            name, "more than " + std::to_string(kMaxListItems) + " items; the rest is left out");
    }
    return items;
}

}  // namespace

std::set<unsigned> ids_after(const Context& context, const std::string& start)
{
    std::set<unsigned> ids;
    for (auto at = context.lower_bound(start); at != context.end(); ++at) {
        std::string_view name = at->first;
        if (!name.starts_with(start)) break;
        name.remove_prefix(start.size());
        auto digits = name.substr(0, name.find('_'));
        if (digits.size() == name.size() || (digits.size() > 1 && digits[0] == '0')) continue;
        if (trim(at->second.text).empty()) continue;
        if (auto id = parse_number(digits, 0, kMaxId)) ids.insert(static_cast<unsigned>(*id));
    }
    return ids;
}

std::optional<Mac> read_mac(const Variables& variables)
{
    auto text = variables.get("MAC");
    if (!text) {
        variables.warn("MAC", "not set, so the interface is left out");
        return std::nullopt;
    }
    auto mac = parse_mac(*text);
    constexpr std::uint8_t kGroup = 1;  // a group address is nobody's own (IEEE 802)
    if (!mac || *mac == Mac{} || (mac->octets[0] & kGroup) != 0) {
        variables.error("MAC", shown(*text) + " is no MAC address; the interface is left out");
        return std::nullopt;
    }
    return mac;
}

std::string read_pci_address(const Variables& variables)
{
    auto text = variables.get("ADDRESS");
    if (!text) return "";
    if (auto address = parse_pci_address(*text)) return *address;
    variables.error("ADDRESS", shown(*text) + " is no PCI address");
    return "";
}

std::optional<Ipv4Interface> read_ipv4(const Variables& variables)
{
    auto text = variables.get("IP");
    if (!text) return std::nullopt;
    auto given = parse_prefix(*text);
    const auto* address = given ? std::get_if<Ipv4>(&given->address) : nullptr;
    if (address == nullptr || !is_host_address(*address) || given->length == 0) {
        variables.error("IP", shown(*text) + " is no IPv4 address of a host");
        return std::nullopt;
    }
    Ipv4Interface result{*address, kDefaultPrefix4};
    auto mask_text = variables.get("MASK");
    auto mask = mask_text ? parse_mask(*mask_text) : std::nullopt;
    if (mask == 0U)
        mask.reset();  // all of IPv4 is nobody's network: netplan refuses the whole file
    if (mask_text && !mask)
        variables.error("MASK", shown(*mask_text) + " is no network mask; 255.255.255.0 is used");
    if (text->find('/') != std::string_view::npos) {
        result.prefix = given->length;
        if (mask && *mask != given->length)
            variables.warn("MASK", "the length in " + shown(*text) + " is used instead");
    } else if (mask) {
        result.prefix = *mask;
    } else if (!mask_text) {
        variables.warn("MASK", "not set; 255.255.255.0 is used");
    }
    return result;
}

std::vector<Ipv6Interface> read_ipv6(const Variables& variables)
{
    std::vector<Ipv6Interface> result;
    auto name = variables.either("IP6", "IPV6");
    if (variables.get(name)) {
        if (auto address = read_one_ipv6(variables, name, read_prefix6(variables)))
            result.push_back(*address);
    }
    if (auto ula = read_one_ipv6(variables, "IP6_ULA", kDefaultPrefix6)) result.push_back(*ula);
    return result;
}

std::optional<unsigned> read_number(const Variables& variables, std::string_view name,
                                    unsigned minimum, unsigned maximum)
{
    auto text = variables.get(name);
    if (!text) return std::nullopt;
    auto number = parse_number(*text, minimum, maximum);
    if (!number) {
        variables.error(name, shown(*text) + " is no number from " + std::to_string(minimum) +
                                  " to " + std::to_string(maximum));
        return std::nullopt;
    }
    return static_cast<unsigned>(*number);
}

void read_nameservers(const Variables& variables, std::vector<IpAddress>& nameservers)
{
    for (const auto& item : read_list(variables, "DNS")) {
        auto address = parse_ip(item);
        if (!address)
            variables.error("DNS", shown(item) + " is no address");
        else if (std::find(nameservers.begin(), nameservers.end(), *address) == nameservers.end())
            nameservers.push_back(*address);
    }
}

void read_search_domains(const Variables& variables, std::vector<std::string>& domains)
{
    for (const auto& item : read_list(variables, "SEARCH_DOMAIN")) {
        auto is_same = [&](const auto& other) { return equals_ignoring_case(item, other); };
        if (!is_domain(item))
            variables.error("SEARCH_DOMAIN", shown(item) + " is no domain name");
        else if (std::none_of(domains.begin(), domains.end(), is_same))
            domains.push_back(item);
    }
}

bool is_domain(std::string_view name)
{
    if (name.ends_with('.')) name.remove_suffix(1);
    if (name.empty() || name.size() > 253) return false;
    for (auto label : split(name, '.')) {
        auto is_ok = [](char c) { return is_alpha(c) || is_digit(c) || c == '-' || c == '_'; };
        if (label.empty() || label.size() > 63 || label.starts_with('-')) return false;
        if (!std::all_of(label.begin(), label.end(), is_ok)) return false;
    }
    return true;
}

bool is_host(const IpAddress& address)
{
    return std::visit([](const auto& one) { return is_host_address(one); }, address);
}

}  // namespace onectx
