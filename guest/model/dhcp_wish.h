// A DHCP client of ours for one family on one link as it is wanted, and the change that starts or
// ends one.
#pragma once

#include <string>

namespace onectx {

// Of the routes of a lease where the context gives none: behind those of static addresses, and
// another for each NIC, so that no two are equal (user-needs R-33).
inline constexpr unsigned kLeaseMetric = 1024;

struct DhcpWish {
    std::string device;
    unsigned metric = kLeaseMetric;
    bool keep_mtu = false;  // the context says which, so the server does not
    bool ipv6 = false;      // of the other family, which has neither of the two

    bool operator==(const DhcpWish&) const = default;
};

// "dhcp-eth0", "dhcp6-eth0": what a client has of its own on a machine is called after this.
[[nodiscard]] inline std::string dhcp_name(const DhcpWish& wish)
{
    return (wish.ipv6 ? "dhcp6-" : "dhcp-") + wish.device;
}

// "DHCP", "DHCPv6".
[[nodiscard]] inline std::string protocol_of(const DhcpWish& wish)
{
    return wish.ipv6 ? "DHCPv6" : "DHCP";
}

// A client is started, and outlives the run; or it is ended, and its lease is taken off the link.
struct DhcpChange {
    DhcpWish client;
    bool end = false;

    bool operator==(const DhcpChange&) const = default;
};

}  // namespace onectx
