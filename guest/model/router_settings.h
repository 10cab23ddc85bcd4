// What a context says of a machine that routes for others: VROUTER_* and ETHx_VROUTER_* (an address
// that several routers share by VRRP, RFC 5798), and what OpenNebula's router appliance reads:
// PRIVNET and PUBNET, the XML of two networks in base64, with DHCP, RADVD, NTP_SERVER, DNS and
// SEARCH, each of which the XML may say too (reference 2.5, 2.8, 4.5).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/address.h"
#include "common/context.h"
#include "common/secret.h"
#include "guest/model/change.h"

namespace onectx {

// Addresses that OpenNebula gives out in a network, one after the other.
struct AddressRange {
    std::optional<Ipv4> first;
    std::uint32_t size = 0;
    std::optional<Mac> first_mac;  // absent: 02:00 and the four octets of the address
    std::vector<Ipv6> prefixes;    // /64 each: the global one, the local one (RFC 4193)

    bool operator==(const AddressRange&) const = default;
};

// A NIC whose address the routers share.
struct SharedAddress {
    unsigned nic = 0;  // the x of ETHx
    std::vector<IpPrefix> addresses;

    bool operator==(const SharedAddress&) const = default;
};

// The network behind the router.
struct PrivateNetwork {
    std::vector<AddressRange> ranges;
    std::vector<Mac> router_macs;  // of the machine's NICs in it, where its XML is given
    bool dhcp = false;
    bool announce = false;  // RADVD: router advertisements (RFC 4861)
    std::vector<Ipv4> nameservers;
    std::vector<Ipv4> time_servers;
    std::vector<std::string> search_domains;

    bool operator==(const PrivateNetwork&) const = default;
};

struct RouterWish {
    unsigned group = 1;  // virtual router identifier of VRRP, 1 to 255
    Secret password;     // of the group; empty: none
    std::string check_script;
    std::string notify_script;
    std::vector<SharedAddress> shared;
    std::optional<PrivateNetwork> network;
};

// Absent when the machine is no router: neither VROUTER_ID nor PRIVNET nor PUBNET is set.
[[nodiscard]] std::optional<RouterWish> read_router(const Context& context,
                                                    std::vector<Problem>& problems);

}  // namespace onectx
