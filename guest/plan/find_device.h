// Which device of the machine a NIC of the context is.
#pragma once

#include <vector>

#include "guest/model/facts.h"
#include "guest/model/nic.h"

namespace onectx {

// The device of a MAC: the burnt-in address says more than the one in use, which bonds and VLANs
// share with their parents; of equals the one that hangs on a bus is the NIC (user-needs R-88).
[[nodiscard]] const NetworkDevice* find_by_mac(const std::vector<NetworkDevice>& devices,
                                               const Mac& mac);

// A NIC with both is told by its PCI address where the machine has one device there; else by MAC,
// and forgets the address.
[[nodiscard]] const NetworkDevice* find_device(const std::vector<NetworkDevice>& devices, Nic& nic);

}  // namespace onectx
