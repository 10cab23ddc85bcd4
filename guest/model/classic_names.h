// What the first contexts called their variables: IP_PUBLIC and NETMASK are the address of the one
// NIC of a machine, for which there is no MAC to tell it by.
#pragma once

#include <vector>

#include "common/context.h"
#include "guest/model/change.h"
#include "guest/model/facts.h"

namespace onectx {

// The context with ETH0_MAC, ETH0_IP, ETH0_MASK and ETH0_GATEWAY (out of GATEWAY) in the place of
// IP_PUBLIC, where it names no NIC: the device is eth0, or else the first by name. Without a device
// nothing is added, and a problem says so.
[[nodiscard]] Context with_classic_nic(const Context& context,
                                       const std::vector<NetworkDevice>& devices,
                                       std::vector<Problem>& problems);

}  // namespace onectx
