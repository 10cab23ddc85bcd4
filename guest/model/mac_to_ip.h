// The oldest contextualization of OpenNebula: a MAC that it gave out carries the IPv4 address of
// the NIC in its last four octets. For machines without a context, where guest.conf asks for it.
#pragma once

#include <optional>
#include <vector>

#include "common/address.h"
#include "common/context.h"
#include "guest/model/facts.h"

namespace onectx {

enum class MacGateway { none, first, last, fixed };  // first: that of the network, "x.y.z.1"

struct MacToIp {
    bool enabled = false;
    std::array<std::uint8_t, 2> octets{0x02, 0x00};  // what such a MAC begins with
    unsigned prefix = 24;
    MacGateway gateway = MacGateway::first;  // of the first NIC alone
    Ipv4 fixed_gateway;                      // with MacGateway::fixed
};

// What a context would say: ETHx_MAC, _IP, _MASK of each device whose MAC begins with the octets,
// by the order of their names ("eth2" before "eth10"), whatever these are. Of devices with one MAC
// only the one that hangs on a bus. Empty when there is none.
[[nodiscard]] Context context_of_macs(std::vector<NetworkDevice> devices, const MacToIp& rule);

}  // namespace onectx
