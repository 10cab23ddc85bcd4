// What the daemons of a virtual router read: keepalived(8), dnsmasq(8), radvd(8). Pure text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "guest/model/nic.h"
#include "guest/model/router_settings.h"

namespace onectx {

// A shared address and the device it stands on.
struct SharedOn {
    std::string device;
    std::vector<IpPrefix> addresses;
};

// One group of VRRP that moves as a whole. Instances begin as BACKUP: nopreempt means nothing to
// one that begins as MASTER (keepalived.conf(5)). With a check script the router that is well again
// takes its addresses back.
[[nodiscard]] std::string render_keepalived(const RouterWish& wish,
                                            const std::vector<SharedOn>& shared);

// What is leased on the private side: each range in the NIC's network from its first address to its
// last, and each address to the MAC that OpenNebula gives to it. Option 6 carries the name servers,
// 42 those of time (RFC 2132). Names each range that does not lie in the NIC's network in
// `foreign`.
[[nodiscard]] std::string render_dnsmasq(const PrivateNetwork& network, const Nic& nic,
                                         std::vector<std::string>& foreign);

// The networks that the NIC's IPv6 addresses and the ranges' prefixes name, announced as on-link.
// Empty when there is none.
[[nodiscard]] std::string render_radvd(const PrivateNetwork& network, const Nic& nic);

}  // namespace onectx
