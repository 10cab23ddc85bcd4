// The network devices of the machine, or of an image's tree, and waiting for those that a context
// speaks of.
#pragma once

#include <chrono>
#include <vector>

#include "common/result.h"
#include "guest/model/facts.h"
#include "guest/model/nic.h"
#include "guest/model/reader.h"

namespace onectx {

// From <tree>/sys/class/net alone, in the order of names: for a root that is not "/".
[[nodiscard]] Result<std::vector<NetworkDevice>> nics_of_tree(const FileReader& tree);

// From the running kernel, by index; bus and driver from the tree's /sys.
[[nodiscard]] Result<std::vector<NetworkDevice>> nics_of_kernel(const FileReader& tree);

// Those that have no device with its final name.
[[nodiscard]] std::vector<Nic> without_device(const std::vector<Nic>& wanted,
                                              const std::vector<NetworkDevice>& devices);

// Waits until each has a device with its name, at most so long, and gives those that still have
// none. Where udevd runs its events say that a device is named; elsewhere the kernel's say that it
// is there; where neither can be heard (a container) nothing is waited for.
[[nodiscard]] Result<std::vector<Nic>> wait_for_nics(const std::vector<Nic>& wanted,
                                                     std::chrono::milliseconds limit,
                                                     const FileReader& tree);

}  // namespace onectx
