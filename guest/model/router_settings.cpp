// See router_settings.h.
#include "guest/model/router_settings.h"

#include <algorithm>

#include "common/base64.h"
#include "common/limits.h"
#include "common/text.h"
#include "guest/model/flag.h"
#include "guest/model/network_variables.h"
#include "guest/model/xml.h"

namespace onectx {
namespace {

constexpr unsigned kGroups = 255;  // VRRP has eight bits, and no group 0 (RFC 5798, 5.2.3)

// VROUTER_KEEPALIVED_ID in the eight bits that there are; what is no number or becomes 0 is made of
// VROUTER_ID, as OpenNebula does (reference 1.4).
unsigned read_group(const Variables& variables)
{
    auto number = [&](std::string_view name) -> std::optional<std::uint64_t> {
        auto text = variables.get(name);
        if (!text) return std::nullopt;
        auto value = parse_number(*text, 0, UINT32_MAX);
        if (!value) variables.warn(name, shown(*text) + " is no number; ignored");
        return value;
    };
    auto asked = number("VROUTER_KEEPALIVED_ID").value_or(0) & kGroups;
    if (asked != 0) return static_cast<unsigned>(asked);
    return static_cast<unsigned>(number("VROUTER_ID").value_or(0) % kGroups) + 1;
}

// What can stand between quotes in keepalived.conf(5), where `$` and `@` begin names, and `!` and
// `#` comments.
bool is_plain(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) {
        return c >= ' ' && c < 0x7F &&
               std::string_view("\"\\$@!#{}~%").find(c) == std::string_view::npos;
    });
}

std::string read_script(const Variables& variables, std::string_view name)
{
    auto text = variables.get(name);
    if (!text) return "";
    if (text->starts_with('/') && is_plain(*text)) return std::string(*text);
    variables.error(name, shown(*text) + " is no path that keepalived.conf can hold");
    return "";
}

Secret read_password(const Variables& variables)
{
    auto text = variables.get("VROUTER_KEEPALIVED_PASSWORD");
    if (!text) return {};
    if (is_plain(*text) && text->find(' ') == std::string_view::npos) return Secret(*text);
    variables.error("VROUTER_KEEPALIVED_PASSWORD",
                    "holds what keepalived.conf cannot; the routers do without");
    return {};
}

std::vector<SharedAddress> read_shared(const Context& context, std::vector<Problem>& problems)
{
    std::vector<SharedAddress> shared;
    for (auto id : ids_after(context, "ETH")) {
        const Variables variables{context, "ETH" + std::to_string(id) + "_", problems};
        SharedAddress address{.nic = id, .addresses = {}};
        if (auto text = variables.get("VROUTER_IP")) {
            auto value = parse_ipv4(text->substr(0, text->find('/')));
            auto mask = parse_mask(variables.get("MASK").value_or("24"));
            if (value)
                address.addresses.push_back({*value, mask.value_or(24)});
            else
                variables.error("VROUTER_IP", shown(*text) + " is no IPv4 address");
        }
        if (auto text = variables.get("VROUTER_IP6")) {
            auto value = parse_ipv6(text->substr(0, text->find('/')));
            auto length = parse_number(variables.get("IP6_PREFIX_LENGTH").value_or("64"), 1, 128);
            if (value)
                address.addresses.push_back({*value, static_cast<unsigned>(length.value_or(64))});
            else
                variables.error("VROUTER_IP6", shown(*text) + " is no IPv6 address");
        }
        if (!address.addresses.empty()) shared.push_back(std::move(address));
    }
    return shared;
}

// --- the networks as XML

std::optional<XmlElement> read_xml(const Variables& variables, std::string_view name)
{
    auto text = variables.get(name);
    if (!text) return std::nullopt;
    auto bytes = decode_base64(*text);
    auto xml = bytes ? parse_elements(*bytes) : fail("this is no base64");
    if (xml) return std::move(*xml);
    variables.error(name, xml.error().message);
    return std::nullopt;
}

AddressRange read_range(const XmlElement& element)
{
    AddressRange range{.first = parse_ipv4(element.text_of("IP")),
                       .size = static_cast<std::uint32_t>(
                           parse_number(element.text_of("SIZE"), 0, UINT32_MAX).value_or(0)),
                       .first_mac = parse_mac(element.text_of("MAC")),
                       .prefixes = {}};
    for (std::string_view name : {"GLOBAL_PREFIX", "ULA_PREFIX"})
        if (auto prefix = parse_ipv6(element.text_of(name))) range.prefixes.push_back(*prefix);
    return range;
}

// The MACs of the machine's NICs in the network, from the machine's own XML.
std::vector<Mac> macs_in(const XmlElement& machine, std::string_view network_id)
{
    const auto* inner = machine.child("TEMPLATE");
    std::vector<Mac> macs;
    for (const auto& nic : (inner == nullptr ? machine : *inner).children)
        if (nic.name == "NIC" && !network_id.empty() && nic.text_of("NETWORK_ID") == network_id)
            if (auto mac = parse_mac(nic.text_of("MAC"))) macs.push_back(*mac);
    return macs;
}

// A variable, or else what the network's template says under the same name.
std::string_view value_or_attribute(const Variables& variables, std::string_view name,
                                    const std::optional<XmlElement>& network)
{
    if (auto value = variables.get(name)) return *value;
    if (!network) return "";
    const auto* attributes = network->child("TEMPLATE");
    return attributes == nullptr ? std::string_view() : attributes->text_of(name);
}

bool read_switch(const Variables& variables, std::string_view name,
                 const std::optional<XmlElement>& network)
{
    Context one;
    one[std::string(name)].text = value_or_attribute(variables, name, network);
    return read_flag(one, name, false, variables.problems);
}

std::vector<Ipv4> read_servers(const Variables& variables, std::string_view name,
                               const std::optional<XmlElement>& network)
{
    std::vector<Ipv4> servers;
    for (const auto& word : split_list(value_or_attribute(variables, name, network)))
        if (auto address = parse_ipv4(word))
            servers.push_back(*address);
        else if (!parse_ipv6(word))  // DHCP carries those of IPv4 alone
            variables.error(name, shown(word) + " is no address");
    return servers;
}

std::vector<std::string> read_domains(const Variables& variables,
                                      const std::optional<XmlElement>& network)
{
    std::vector<std::string> domains;
    for (auto& word : split_list(value_or_attribute(variables, "SEARCH", network))) {
        bool is_name = std::all_of(word.begin(), word.end(), [](char c) {
            return is_alpha(c) || is_digit(c) || c == '-' || c == '.' || c == '_';
        });
        if (is_name)
            domains.push_back(std::move(word));
        else
            variables.error("SEARCH", shown(word) + " is no domain");
    }
    return domains;
}

std::optional<PrivateNetwork> read_private(const Variables& variables)
{
    auto inside = read_xml(variables, "PRIVNET");
    if (!inside) return std::nullopt;
    auto outside = read_xml(variables, "PUBNET");
    PrivateNetwork network;
    if (auto machine = read_xml(variables, "TEMPLATE"))
        network.router_macs = macs_in(*machine, inside->text_of("ID"));
    if (const auto* pool = inside->child("AR_POOL"))
        for (const auto& element : pool->children)
            if (element.name == "AR") network.ranges.push_back(read_range(element));
    network.dhcp = read_switch(variables, "DHCP", inside);
    network.announce = read_switch(variables, "RADVD", inside);
    network.nameservers = read_servers(variables, "DNS", outside);
    network.time_servers = read_servers(variables, "NTP_SERVER", inside);
    network.search_domains = read_domains(variables, outside);
    return network;
}

}  // namespace

std::optional<RouterWish> read_router(const Context& context, std::vector<Problem>& problems)
{
    const Variables variables{context, "", problems};
    if (!variables.get("VROUTER_ID") && !variables.get("PRIVNET") && !variables.get("PUBNET"))
        return std::nullopt;
    RouterWish wish;
    wish.group = read_group(variables);
    wish.password = read_password(variables);
    wish.check_script = read_script(variables, "VROUTER_KEEPALIVED_CHECK_SCRIPT");
    wish.notify_script = read_script(variables, "VROUTER_KEEPALIVED_NOTIFY_SCRIPT");
    wish.shared = read_shared(context, problems);
    wish.network = read_private(variables);
    return wish;
}

}  // namespace onectx
