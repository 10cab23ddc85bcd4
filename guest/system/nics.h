// The network devices of the machine, or of an image's tree, and waiting for those that a context
// speaks of.
#pragma once

#include <chrono>
#include <vector>

#include "common/address.h"
#include "common/result.h"
#include "guest/model/facts.h"
#include "guest/model/reader.h"

namespace onectx {

// From <tree>/sys/class/net alone, in the order of names: for a root that is not "/".
[[nodiscard]] Result<std::vector<NetworkDevice>> nics_of_tree(const FileReader& tree);

// From the running kernel, by index; bus and driver from the tree's /sys.
[[nodiscard]] Result<std::vector<NetworkDevice>> nics_of_kernel(const FileReader& tree);

// Those addresses that no initialized device has, in use or burnt in.
[[nodiscard]] std::vector<Mac> missing_macs(const std::vector<Mac>& wanted,
                                            const std::vector<NetworkDevice>& nics);

// Waits until each address belongs to a device that has its name, at most so long, and gives those
// that are still missing. Where udevd runs its events say that a device is named; elsewhere the
// kernel's say that it is there; where neither can be heard (a container) nothing is waited for.
[[nodiscard]] Result<std::vector<Mac>> wait_for_nics(const std::vector<Mac>& wanted,
                                                     std::chrono::milliseconds limit,
                                                     const FileReader& tree);

}  // namespace onectx
