// Resolver settings as NetworkManager takes them, from our profiles and from those that netplan
// makes: a server stands in the section of its family, and a profile that has one in a section
// without addresses is refused as a whole.
#pragma once

#include <vector>

#include "guest/model/change.h"
#include "guest/model/nic.h"

namespace onectx {

// Whether the NIC has addresses of the family, from the context or from a server.
[[nodiscard]] bool takes_ipv4(const Nic& nic);
[[nodiscard]] bool takes_ipv6(const Nic& nic);

// The NICs, each with what it can be told: the machine's settings before all others where
// `machine_dns` says that they go here, and what a NIC cannot hold at the first that can. With
// `machine_dns` a problem for each server or domain that none can.
[[nodiscard]] std::vector<Nic> with_resolver_placed(const Network& network, bool machine_dns,
                                                    std::vector<Problem>& problems);

}  // namespace onectx
