// See link_writer.h.
#include "guest/system/link_writer.h"

#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include <algorithm>
#include <cerrno>

#include "guest/model/dhcp_wire.h"
#include "guest/model/kernel_network.h"

namespace onectx {
namespace {

unsigned char family_of(const IpAddress& address)
{
    return is_ipv4(address) ? AF_INET : AF_INET6;
}

void add_address(NetlinkRequest& request, std::uint16_t attribute, const IpAddress& address)
{
    std::visit([&](const auto& ip) { request.add(attribute, ip.octets); }, address);
}

ifinfomsg link_body(int index)
{
    ifinfomsg body{};
    body.ifi_index = index;
    return body;
}

NetlinkRequest address_request(std::uint16_t type, unsigned flags, int index, const IpPrefix& own)
{
    ifaddrmsg body{};
    body.ifa_family = family_of(own.address);
    body.ifa_prefixlen = static_cast<unsigned char>(own.length);
    body.ifa_index = static_cast<unsigned>(index);
    NetlinkRequest request(type, static_cast<std::uint16_t>(flags | NLM_F_ACK), body);
    add_address(request, IFA_LOCAL, own.address);
    add_address(request, IFA_ADDRESS, own.address);
    return request;
}

// The broadcast address of the prefix, which the kernel does not set by itself; the two addresses
// of a /31 are both hosts' (RFC 3021).
void add_broadcast(NetlinkRequest& request, const IpPrefix& own)
{
    constexpr unsigned kLongestWithBroadcast = 30;
    const auto* address = std::get_if<Ipv4>(&own.address);
    if (address == nullptr || own.length > kLongestWithBroadcast) return;
    auto broadcast = *address;
    const auto mask = mask_of(own.length);
    for (std::size_t at = 0; at < broadcast.octets.size(); ++at)
        broadcast.octets[at] |= static_cast<std::uint8_t>(~mask.octets[at]);
    request.add(IFA_BROADCAST, broadcast.octets);
}

NetlinkRequest route_request(std::uint16_t type, unsigned flags, rtmsg body, int index,
                             const Route& route)
{
    body.rtm_family = family_of(route.destination.address);
    body.rtm_dst_len = static_cast<unsigned char>(route.destination.length);
    body.rtm_table = RT_TABLE_MAIN;
    body.rtm_type = RTN_UNICAST;
    NetlinkRequest request(type, static_cast<std::uint16_t>(flags | NLM_F_ACK), body);
    if (route.destination.length > 0) add_address(request, RTA_DST, route.destination.address);
    if (route.gateway) add_address(request, RTA_GATEWAY, *route.gateway);
    if (route.metric) request.add(RTA_PRIORITY, *route.metric);
    request.add(RTA_OIF, index);
    return request;
}

rtmsg new_route(const Route& route, std::uint8_t protocol)
{
    rtmsg body{};
    body.rtm_protocol = protocol;
    body.rtm_scope =
        route.gateway || !is_ipv4(route.destination.address) ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
    body.rtm_flags = route.on_link ? RTNH_F_ONLINK : 0;
    return body;
}

Result<void> tolerate(int code, Result<void> result)
{
    // ENODEV: the device went, and everything on it.
    if (!result && (result.error().code == code || result.error().code == ENODEV)) return {};
    return result;
}

}  // namespace

Result<void> LinkWriter::add_vlan(const std::string& name, unsigned id)
{
    NetlinkRequest request(RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, ifinfomsg{});
    request.add(IFLA_IFNAME, name.c_str(), name.size() + 1);
    request.add(IFLA_LINK, index_);
    request.add_nested(IFLA_LINKINFO, [&] {
        constexpr std::string_view kKind = "vlan";
        request.add(IFLA_INFO_KIND, kKind.data(), kKind.size());
        request.add_nested(IFLA_INFO_DATA,
                           [&] { request.add(IFLA_VLAN_ID, static_cast<std::uint16_t>(id)); });
    });
    return tolerate(EEXIST, socket_.ask(request));
}

Result<void> LinkWriter::destroy()
{
    return tolerate(ENODEV, socket_.ask({RTM_DELLINK, NLM_F_ACK, link_body(index_)}));
}

Result<void> LinkWriter::set_address(const Mac& mac)
{
    NetlinkRequest request(RTM_NEWLINK, NLM_F_ACK, link_body(index_));
    request.add(IFLA_ADDRESS, mac.octets);
    return socket_.ask(request);
}

Result<void> LinkWriter::bring_up()
{
    auto body = link_body(index_);
    body.ifi_flags = IFF_UP;
    body.ifi_change = IFF_UP;
    return socket_.ask({RTM_NEWLINK, NLM_F_ACK, body});
}

Result<void> LinkWriter::set_mtu(unsigned mtu)
{
    NetlinkRequest request(RTM_NEWLINK, NLM_F_ACK, link_body(index_));
    request.add(IFLA_MTU, mtu);
    return socket_.ask(request);
}

Result<void> LinkWriter::add(const IpPrefix& own)
{
    auto request = address_request(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, index_, own);
    add_broadcast(request, own);
    return tolerate(EEXIST, socket_.ask(request));
}

Result<void> LinkWriter::remove(const IpPrefix& own)
{
    return tolerate(EADDRNOTAVAIL, socket_.ask(address_request(RTM_DELADDR, 0, index_, own)));
}

Result<void> LinkWriter::add(const Route& route)
{
    return socket_.ask(route_request(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL,
                                     new_route(route, kOwnRouteProtocol), index_, route));
}

Result<void> LinkWriter::remove(const Route& route)
{
    rtmsg body{};
    body.rtm_scope = RT_SCOPE_NOWHERE;  // whatever it is
    return tolerate(ESRCH, socket_.ask(route_request(RTM_DELROUTE, 0, body, index_, route)));
}

Result<void> LinkWriter::lease(const LeasedAddress& address)
{
    auto request = address_request(RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE, index_, address.own);
    add_broadcast(request, address.own);
    auto number_of = [](std::chrono::seconds time) {
        return static_cast<std::uint32_t>(std::min(time, kEndless).count());
    };
    ifa_cacheinfo lifetime{};
    lifetime.ifa_valid = number_of(address.valid);
    lifetime.ifa_prefered = number_of(address.preferred);
    request.add(IFA_CACHEINFO, lifetime);
    return socket_.ask(request);
}

Result<void> LinkWriter::lease(const Route& route, const Ipv4& own)
{
    auto request = route_request(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE,
                                 new_route(route, RTPROT_DHCP), index_, route);
    request.add(RTA_PREFSRC, own.octets);
    return socket_.ask(request);
}

}  // namespace onectx
