// The one model of the network that every renderer works from. It is made from ETHx_* and the
// globals by guest/model/network_settings; it names what is wanted, never how a daemon spells it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/address.h"
#include "common/route.h"

namespace onectx {

enum class Ipv4Method { none, address, dhcp, skip };  // `address`: static
enum class Ipv6Method { none, address, slaac, dhcp, disable, skip };

struct Ipv4Interface {
    Ipv4 address;
    unsigned prefix = 24;

    bool operator==(const Ipv4Interface&) const = default;
};

struct Ipv6Interface {
    Ipv6 address;
    unsigned prefix = 64;

    bool operator==(const Ipv6Interface&) const = default;
};

struct Nic {
    unsigned id = 0;  // the x of ETHx: an id, not a name; ids have holes
    Mac mac;
    std::string device;  // what the kernel calls it; empty: no such device (yet)

    Ipv4Method method4 = Ipv4Method::none;
    Ipv6Method method6 = Ipv6Method::none;
    std::vector<Ipv4Interface> addresses4;  // the primary first, then the aliases' in order
    std::vector<Ipv6Interface> addresses6;
    std::vector<Route> routes;  // default routes first; planned, metrics and on-link decided
    std::vector<IpAddress> nameservers;
    std::vector<std::string> search_domains;
    std::optional<unsigned> mtu;
    // METRIC of a NIC whose routes a server announces: of those from DHCPv4, and of those from
    // router advertisements (with DHCPv6 or without).
    std::optional<unsigned> announced_metric4;
    std::optional<unsigned> announced_metric6;

    bool operator==(const Nic&) const = default;
};

struct Network {
    std::vector<Nic> nics;  // by id; only those that somebody wants something of (skip stays out)
    std::vector<Mac> untouched;          // NICs that are named, and of which nobody wants anything
    std::vector<IpAddress> nameservers;  // DNS
    std::vector<std::string> search_domains;  // SEARCH_DOMAIN
    bool complete =
        true;  // false: what is not here may be wanted all the same (lines were refused)

    bool operator==(const Network&) const = default;
};

}  // namespace onectx
