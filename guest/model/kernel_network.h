// The network as the kernel has it, read over rtnetlink(7) by guest/system/rtnetlink: plain values
// that planners compare with what is wanted. Only what a context can speak of is kept: links of
// Ethernet kind, addresses, and unicast routes of the main table with one next hop.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/address.h"

namespace onectx {

// The mark of routes that are made by us and by no daemon: RTA_PROTOCOL of rtnetlink(7), a number
// that nobody else has (/etc/iproute2/rt_protos).
inline constexpr std::uint8_t kOwnRouteProtocol = 79;

struct KernelLink {  // of Ethernet kind: six octets of hardware address
    int index = 0;
    std::string name;
    Mac mac;                           // the one in use
    std::optional<Mac> permanent_mac;  // kernel 5.6 and later, where the driver tells it
    bool up = false;                   // IFF_UP: somebody wants it up
    bool running = false;              // IFF_RUNNING: there is a carrier
    unsigned mtu = 0;
    unsigned min_mtu = 0;  // what the driver takes; 0: it does not say (kernel 4.19 and later do)
    unsigned max_mtu = 0;
    std::optional<unsigned> vlan = {};  // its id, of a VLAN above another link
    int parent = 0;                     // index of that link; 0: none, or in another name space

    struct Ipv6 {  // of /proc/sys/net/ipv6/conf/NAME; see linux/ipv6.h
        bool disabled = false;
        int accept_ra = 1;
        bool operator==(const Ipv6&) const = default;
    };
    std::optional<Ipv6> ipv6;  // absent on a kernel without IPv6

    bool operator==(const KernelLink&) const = default;
};

struct KernelAddress {
    int link = 0;  // KernelLink::index
    IpPrefix prefix;
    bool permanent = false;  // false: a lease or an announcement that ends
    bool global = false;     // scope: false for link-local and host
    bool tentative = false;  // duplicate address detection is not done (RFC 4862)
    bool duplicate = false;  // and it found somebody else

    bool operator==(const KernelAddress&) const = default;
};

struct KernelRoute {
    int link = 0;
    IpPrefix destination;
    std::optional<IpAddress> gateway;
    unsigned metric = 0;
    std::uint8_t protocol = 0;  // who made it: RTPROT_KERNEL, RTPROT_DHCP, kOwnRouteProtocol, …
    bool on_link = false;       // the gateway is taken as reachable

    bool operator==(const KernelRoute&) const = default;
};

struct KernelNetwork {
    std::vector<KernelLink> links;  // by index
    std::vector<KernelAddress> addresses;
    std::vector<KernelRoute> routes;

    bool operator==(const KernelNetwork&) const = default;
};

}  // namespace onectx
