// The kernel's network, read over rtnetlink(7): no /sys is needed, and the address burnt into a NIC
// is told too. Only links of Ethernet kind count, and what belongs to them.
#pragma once

#include <cstdint>
#include <vector>

#include "common/result.h"
#include "guest/model/kernel_network.h"
#include "guest/system/netlink.h"

namespace onectx {

// The links of this network name space, by index.
[[nodiscard]] Result<std::vector<KernelLink>> list_links();

// The addresses of all its links, of whatever kind.
[[nodiscard]] Result<std::vector<KernelAddress>> list_addresses();

// Links, addresses and routes of this network name space. Each list is of one moment; more than
// kMaxKernelItems of one kind is an error.
[[nodiscard]] Result<KernelNetwork> read_network();

// Appends what one message of a dump says; a message that says nothing of interest adds nothing.
[[nodiscard]] Result<void> read_route_message(std::uint16_t type, Bytes body,
                                              KernelNetwork& network);

}  // namespace onectx
