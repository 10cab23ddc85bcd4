// Names that follow from the machine's own address.
#pragma once

#include <optional>
#include <string>

#include "common/address.h"
#include "guest/model/kernel_network.h"

namespace onectx {

// The address by which others know this machine: of the link with the best default route, IPv4
// before IPv6, else the first that is neither link-local nor still being checked.
[[nodiscard]] std::optional<IpAddress> first_address(const KernelNetwork& network);

// "ip-10-0-0-5", as EC2 calls its machines.
[[nodiscard]] std::string ec2_name(const Ipv4& address);

}  // namespace onectx
