// See router_files.h.
#include "guest/net/router_files.h"

#include <algorithm>

#include "common/text.h"
#include "guest/net/own_files.h"

namespace onectx {
namespace {

// Lines for single addresses; a range may be as large as a network.
constexpr std::size_t kMaxHosts = 1U << 16U;
constexpr unsigned kAnnouncedLength = 64;  // what addresses can be made of (RFC 4862)

std::uint32_t number_of(const Ipv4& address)
{
    std::uint32_t number = 0;
    for (auto octet : address.octets)
        number = number << 8U | octet;
    return number;
}

Ipv4 address_of(std::uint32_t number)
{
    Ipv4 address;
    for (auto octet = address.octets.rbegin(); octet != address.octets.rend(); ++octet) {
        *octet = static_cast<std::uint8_t>(number);
        number >>= 8U;
    }
    return address;
}

// The MAC that OpenNebula gives with the `index`th address of a range.
Mac mac_of(const AddressRange& range, const Ipv4& address, std::uint32_t index)
{
    const auto& ip = address.octets;
    if (!range.first_mac) return {{0x02, 0x00, ip[0], ip[1], ip[2], ip[3]}};
    std::uint64_t number = 0;
    for (auto octet : range.first_mac->octets)
        number = number << 8U | octet;
    number += index;
    Mac mac;
    for (auto octet = mac.octets.rbegin(); octet != mac.octets.rend(); ++octet) {
        *octet = static_cast<std::uint8_t>(number);
        number >>= 8U;
    }
    return mac;
}

std::string addresses_option(std::string_view number, const std::vector<Ipv4>& addresses)
{
    if (addresses.empty()) return "";
    std::string line = "dhcp-option=" + std::string(number);
    for (const auto& address : addresses)
        line += "," + to_text(address);
    return line + "\n";
}

std::string instance(const RouterWish& wish, const SharedOn& shared)
{
    bool preempts = !wish.check_script.empty();
    std::string text = "vrrp_instance " + shared.device +
                       " {\n"
                       "    state BACKUP\n"
                       "    interface " +
                       shared.device + "\n    virtual_router_id " + std::to_string(wish.group) +
                       "\n"
                       "    priority 101\n"
                       "    advert_int 1\n";
    if (!preempts) text += "    nopreempt\n";
    if (!wish.password.empty())
        text += "    authentication {\n        auth_type PASS\n        auth_pass \"" +
                wish.password.reveal() + "\"\n    }\n";
    // IPv4 and IPv6 cannot share one advertisement (RFC 5798, 5.2.9); keepalived takes the others
    // as excluded from it.
    bool first_is_ipv4 = is_ipv4(shared.addresses.front().address);
    std::string others;
    text += "    virtual_ipaddress {\n";
    for (const auto& prefix : shared.addresses) {
        bool is_same = is_ipv4(prefix.address) == first_is_ipv4;
        (is_same ? text : others) += "        " + to_text(prefix) + "\n";
    }
    text += "    }\n";
    if (!others.empty()) text += "    virtual_ipaddress_excluded {\n" + others + "    }\n";
    return text + "}\n";
}

bool is_router_itself(const Nic& nic, const Ipv4& address)
{
    return std::any_of(nic.addresses4.begin(), nic.addresses4.end(),
                       [&](const Ipv4Interface& own) { return own.address == address; });
}

}  // namespace

std::string render_keepalived(const RouterWish& wish, const std::vector<SharedOn>& shared)
{
    std::string text(kOwnFileHeader);
    if (!wish.check_script.empty())
        text += "vrrp_script check {\n    script \"" + wish.check_script +
                "\"\n    interval 2\n    fall 2\n    rise 2\n}\n";
    text += "vrrp_sync_group router {\n    group {\n";
    for (const auto& one : shared)
        text += "        " + one.device + "\n";
    text += "    }\n";
    if (!wish.check_script.empty()) text += "    track_script {\n        check\n    }\n";
    if (!wish.notify_script.empty()) text += "    notify \"" + wish.notify_script + "\"\n";
    text += "}\n";
    for (const auto& one : shared)
        text += instance(wish, one);
    return text;
}

std::string render_dnsmasq(const PrivateNetwork& network, const Nic& nic,
                           std::vector<std::string>& foreign)
{
    std::string ranges;
    std::string hosts;
    std::size_t count = 0;
    for (const auto& range : network.ranges) {
        if (!range.first || range.size == 0) continue;
        const auto first = number_of(*range.first);
        const auto size = std::min(range.size, UINT32_MAX - first);
        const auto last = address_of(first + size - 1);
        auto own = std::find_if(nic.addresses4.begin(), nic.addresses4.end(),
                                [&](const Ipv4Interface& address) {
                                    const IpPrefix net{address.address, address.prefix};
                                    return contains(net, *range.first) && contains(net, last);
                                });
        if (own == nic.addresses4.end()) {
            foreign.push_back(to_text(*range.first) + " to " + to_text(last));
            continue;
        }
        ranges += "dhcp-range=" + to_text(*range.first) + "," + to_text(last) + "," +
                  to_text(mask_of(own->prefix)) + ",infinite\n";
        for (std::uint32_t index = 0; index < size && count < kMaxHosts; ++index, ++count) {
            const auto address = address_of(first + index);
            if (is_router_itself(nic, address)) continue;
            hosts += "dhcp-host=" + to_text(mac_of(range, address, index)) + "," +
                     to_text(address) + "\n";
        }
    }
    if (ranges.empty()) return "";
    std::string text(kOwnFileHeader);
    text += "interface=" + nic.device + "\n" + ranges;
    text += addresses_option("6", network.nameservers);
    text += addresses_option("42", network.time_servers);
    if (!network.search_domains.empty())
        text += "dhcp-option=119," + join(network.search_domains, ",") + "\n";
    return text + hosts;
}

std::string render_radvd(const PrivateNetwork& network, const Nic& nic)
{
    std::vector<Ipv6> prefixes;
    auto add = [&](const Ipv6& address) {
        auto prefix = network_of(address, kAnnouncedLength);
        bool is_known = std::find(prefixes.begin(), prefixes.end(), prefix) != prefixes.end();
        if (!is_link_local(prefix) && !is_known) prefixes.push_back(prefix);
    };
    for (const auto& own : nic.addresses6)
        add(own.address);
    for (const auto& range : network.ranges)
        for (const auto& prefix : range.prefixes)
            add(prefix);
    if (nic.addresses6.empty() || prefixes.empty()) return "";
    std::string text =
        std::string(kOwnFileHeader) + "interface " + nic.device + " {\n    AdvSendAdvert on;\n";
    for (const auto& prefix : prefixes)
        text += "    prefix " + to_text(prefix) + "/" + std::to_string(kAnnouncedLength) +
                " {\n        AdvOnLink on;\n    };\n";
    return text + "};\n";
}

}  // namespace onectx
