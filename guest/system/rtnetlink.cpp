// See rtnetlink.h.
#include "guest/system/rtnetlink.h"

#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_arp.h>
#include <linux/if_link.h>
#include <linux/ipv6.h>
#include <linux/rtnetlink.h>

#include <algorithm>
#include <array>

#include "common/limits.h"

namespace onectx {
namespace {

constexpr int kDumpAttempts = 8;

std::optional<Mac> mac_of(Bytes value)
{
    Mac mac;
    if (value.size() != mac.octets.size()) return std::nullopt;
    std::memcpy(mac.octets.data(), value.data(), value.size());
    return mac;
}

std::string text_of(Bytes value)
{
    std::string text(value.size(), '\0');
    if (!value.empty()) std::memcpy(text.data(), value.data(), value.size());
    return text.substr(0, text.find('\0'));
}

template <class Number>
Number number_of(Bytes value)
{
    return begins_with<Number>(value).value_or(0);
}

std::optional<IpAddress> address_of(Bytes value)
{
    if (value.size() == sizeof(Ipv4::octets)) {
        Ipv4 address;
        std::memcpy(address.octets.data(), value.data(), value.size());
        return address;
    }
    if (value.size() == sizeof(Ipv6::octets)) {
        Ipv6 address;
        std::memcpy(address.octets.data(), value.data(), value.size());
        return address;
    }
    return std::nullopt;
}

std::optional<IpAddress> any_address(unsigned char family)
{
    if (family == AF_INET) return Ipv4{};
    if (family == AF_INET6) return Ipv6{};
    return std::nullopt;
}

// A table of numbers indexed by DEVCONF_…, as long as the kernel knows any.
KernelLink::Ipv6 ipv6_of(Bytes table)
{
    auto value = [&](std::size_t index) {
        auto rest = table.subspan(std::min(index * sizeof(std::int32_t), table.size()));
        return number_of<std::int32_t>(rest);
    };
    return {.disabled = value(DEVCONF_DISABLE_IPV6) != 0, .accept_ra = value(DEVCONF_ACCEPT_RA)};
}

Result<void> read_families(Bytes families, KernelLink& link)
{
    return read_attributes(families, [&](std::uint16_t family, Bytes settings) -> Result<void> {
        if (family != AF_INET6) return {};
        return read_attributes(settings, [&](std::uint16_t type, Bytes value) -> Result<void> {
            if (type == IFLA_INET6_CONF) link.ipv6 = ipv6_of(value);
            return {};
        });
    });
}

Result<void> read_kind(Bytes info, KernelLink& link)
{
    std::string kind;
    Bytes data;
    TRY(read_attributes(info, [&](std::uint16_t type, Bytes value) -> Result<void> {
        if (type == IFLA_INFO_KIND) kind = text_of(value);
        if (type == IFLA_INFO_DATA) data = value;
        return {};
    }));
    if (kind != "vlan") return {};
    return read_attributes(data, [&](std::uint16_t type, Bytes value) -> Result<void> {
        if (type == IFLA_VLAN_ID) link.vlan = number_of<std::uint16_t>(value);
        return {};
    });
}

Result<void> read_link(Bytes body, KernelNetwork& network)
{
    const auto header = begins_with<ifinfomsg>(body);
    if (!header) return cut_short();
    if (header->ifi_type != ARPHRD_ETHER) return {};
    KernelLink link{.index = header->ifi_index,
                    .up = (header->ifi_flags & IFF_UP) != 0,
                    .running = (header->ifi_flags & IFF_RUNNING) != 0};
    std::optional<Mac> mac;
    bool is_parent_elsewhere = false;
    TRY(read_attributes(after(body, sizeof(ifinfomsg)),
                        [&](std::uint16_t type, Bytes value) -> Result<void> {
                            switch (type) {
                                case IFLA_IFNAME: link.name = text_of(value); break;
                                case IFLA_ADDRESS: mac = mac_of(value); break;
                                case IFLA_PERM_ADDRESS: link.permanent_mac = mac_of(value); break;
                                case IFLA_MTU: link.mtu = number_of<std::uint32_t>(value); break;
                                case IFLA_MIN_MTU: link.min_mtu = number_of<unsigned>(value); break;
                                case IFLA_MAX_MTU: link.max_mtu = number_of<unsigned>(value); break;
                                case IFLA_LINK: link.parent = number_of<int>(value); break;
                                case IFLA_LINK_NETNSID: is_parent_elsewhere = true; break;
                                case IFLA_LINKINFO: return read_kind(value, link);
                                case IFLA_AF_SPEC: return read_families(value, link);
                                default: break;
                            }
                            return {};
                        }));
    if (!mac || link.name.empty()) return {};
    link.mac = *mac;
    if (is_parent_elsewhere) link.parent = 0;
    network.links.push_back(std::move(link));
    return {};
}

Result<void> read_address(Bytes body, KernelNetwork& network)
{
    const auto header = begins_with<ifaddrmsg>(body);
    if (!header) return cut_short();
    std::uint32_t flags = header->ifa_flags;
    std::optional<IpAddress> own, peer;
    TRY(read_attributes(after(body, sizeof(ifaddrmsg)),
                        [&](std::uint16_t type, Bytes value) -> Result<void> {
                            switch (type) {
                                case IFA_LOCAL: own = address_of(value); break;
                                case IFA_ADDRESS: peer = address_of(value); break;
                                case IFA_FLAGS: flags = number_of<std::uint32_t>(value); break;
                                default: break;
                            }
                            return {};
                        }));
    if (!own) own = peer;
    if (!own) return {};
    network.addresses.push_back(
        {.link = static_cast<int>(header->ifa_index),
         .prefix = {*own, header->ifa_prefixlen},
         .permanent = (flags & IFA_F_PERMANENT) != 0,
         .global = header->ifa_scope == RT_SCOPE_UNIVERSE,
         .tentative = (flags & IFA_F_TENTATIVE) != 0 && (flags & IFA_F_OPTIMISTIC) == 0,
         .duplicate = (flags & IFA_F_DADFAILED) != 0});
    return {};
}

// What is no plain route of the main table is left out: a context cannot ask for it, so it is
// somebody else's.
Result<void> read_route(Bytes body, KernelNetwork& network)
{
    const auto header = begins_with<rtmsg>(body);
    if (!header) return cut_short();
    auto destination = any_address(header->rtm_family);
    if (!destination || header->rtm_type != RTN_UNICAST || header->rtm_tos != 0 ||
        header->rtm_src_len != 0 || (header->rtm_flags & RTM_F_CLONED) != 0)
        return {};
    KernelRoute route{.protocol = header->rtm_protocol,
                      .on_link = (header->rtm_flags & RTNH_F_ONLINK) != 0};
    std::uint32_t table = header->rtm_table;
    bool is_plain = true;
    TRY(read_attributes(after(body, sizeof(rtmsg)),
                        [&](std::uint16_t type, Bytes value) -> Result<void> {
                            switch (type) {
                                case RTA_DST: destination = address_of(value); break;
                                case RTA_GATEWAY: route.gateway = address_of(value); break;
                                case RTA_OIF: route.link = number_of<int>(value); break;
                                case RTA_PRIORITY: route.metric = number_of<unsigned>(value); break;
                                case RTA_TABLE: table = number_of<std::uint32_t>(value); break;
                                case RTA_VIA:
                                case RTA_MULTIPATH: is_plain = false; break;
                                default: break;
                            }
                            return {};
                        }));
    if (!is_plain || !destination || table != RT_TABLE_MAIN) return {};
    route.destination = {*destination, header->rtm_dst_len};
    network.routes.push_back(route);
    return {};
}

// One list, of one moment: asked for again when it changed meanwhile.
template <class Item>
Result<void> dump(std::uint16_t type, std::vector<Item> KernelNetwork::* list,
                  KernelNetwork& network)
{
    // The common beginning of the requests for links, addresses and routes.
    struct {
        unsigned char family = AF_UNSPEC;
        std::array<unsigned char, sizeof(ifinfomsg) - 1> rest{};
    } body;
    const NetlinkRequest request(type, NLM_F_DUMP, body);
    const auto reader = [&](std::uint16_t message, Bytes content) -> Result<void> {
        if ((network.*list).size() > kMaxKernelItems) return fail("there are too many");
        return read_route_message(message, content, network);
    };
    for (int attempt = 0; attempt < kDumpAttempts; ++attempt) {
        // A socket of its own: the rest of an interrupted dump stays with the old one.
        auto socket = TRY(NetlinkSocket::open());
        (network.*list).clear();
        if (TRY(socket.dump(request, reader)) == Dump::done) return {};
    }
    return fail("they keep changing");
}

Result<void> dump_links(KernelNetwork& network)
{
    TRY(in_context("list the network devices", dump(RTM_GETLINK, &KernelNetwork::links, network)));
    std::sort(network.links.begin(), network.links.end(),
              [](const auto& left, const auto& right) { return left.index < right.index; });
    return {};
}

Result<void> dump_addresses(KernelNetwork& network)
{
    return in_context("list the addresses", dump(RTM_GETADDR, &KernelNetwork::addresses, network));
}

}  // namespace

Result<void> read_route_message(std::uint16_t type, Bytes body, KernelNetwork& network)
{
    switch (type) {
        case RTM_NEWLINK: return read_link(body, network);
        case RTM_NEWADDR: return read_address(body, network);
        case RTM_NEWROUTE: return read_route(body, network);
        default: return {};
    }
}

Result<std::vector<KernelLink>> list_links()
{
    KernelNetwork network;
    TRY(dump_links(network));
    return std::move(network.links);
}

Result<std::vector<KernelAddress>> list_addresses()
{
    KernelNetwork network;
    TRY(dump_addresses(network));
    return std::move(network.addresses);
}

Result<KernelNetwork> read_network()
{
    KernelNetwork network;
    TRY(dump_links(network));
    TRY(dump_addresses(network));
    TRY(in_context("list the routes", dump(RTM_GETROUTE, &KernelNetwork::routes, network)));
    auto is_other = [&](const auto& item) {
        return std::none_of(network.links.begin(), network.links.end(),
                            [&](const KernelLink& link) { return link.index == item.link; });
    };
    std::erase_if(network.addresses, is_other);
    std::erase_if(network.routes, is_other);
    return network;
}

}  // namespace onectx
