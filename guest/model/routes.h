// The route planner: whatever back-end writes them, the routes of a machine are decided here once
// (user-needs R-32): which metric, and whether a gateway must be called on-link. Pure; refuses
// nothing.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "guest/model/change.h"
#include "guest/model/nic.h"

namespace onectx {

// The metric of the first route without one beside others to its destination; the next gets one
// more (user-needs R-33).
inline constexpr unsigned kFirstMetric = 100;

// The host of a URL when it is an IPv4 literal in 169.254/16; absent for any other.
[[nodiscard]] std::optional<Ipv4> link_local_host(std::string_view url);

// Makes the routes that the NICs wish for into a set that a kernel takes:
// - a repeated route is dropped, and the metric 0 of IPv6 is 1: to the kernel 0 is none there;
// - no two routes to one destination share a metric, on whichever NIC: given metrics stay, of equal
//   ones the later moves up with a warning, those without one get kFirstMetric + n by order, for
//   what the kernel, networkd and NetworkManager make of none are three different things;
// - a gateway that DHCPv4 may announce counts among those of the context: of two default routes
//   with one metric, the later is refused, and with ifupdown its whole stanza;
// - a gateway outside the prefixes of its NIC is on-link. The prefixes that a server will
//   announce are not known, so a gateway of a NIC with DHCP or SLAAC is taken as covered.
void plan_routes(std::vector<Nic>& nics, std::vector<Problem>& problems);

// Whether a prefix of the NIC's own addresses covers the gateway.
[[nodiscard]] bool covers_gateway(const Nic& nic, const IpAddress& gateway);

// Gives the default routes of one NIC (by reference into the list) a lower metric than those of the
// others have, of each family of which the context gives it none; those of the others that have
// none are numbered behind it. Before plan_routes().
void prefer_gateway(std::vector<Nic>& nics, Nic& chosen);

// A host route to `endpoint` on the first NIC with a static IPv4 address; nothing without one
// (reference 2.6: OneGate is reached at a link-local address), and where ROUTES has one already.
void add_host_route(std::vector<Nic>& nics, const Ipv4& endpoint);

}  // namespace onectx
