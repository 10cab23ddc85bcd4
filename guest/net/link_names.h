// Stable names of devices by systemd.link(5), for images whose owner wants them (guest.conf):
// "one0" of ETH0, "onepci1" of PCI1. Never ethN, a name that the kernel gives itself.
#pragma once

#include "guest/model/change.h"
#include "guest/model/nic.h"
#include "guest/model/reader.h"
#include "guest/model/settings.h"

namespace onectx {

[[nodiscard]] std::string stable_name(const Nic& nic);

// Adds the files of every NIC to the step, or the removal of ours when names are kept. udev reads
// them when it names a device, so that a new name counts from the next boot on.
[[nodiscard]] Result<void> plan_link_names(LinkNames names, const Network& network,
                                           const FileReader& tree, PlannedStep& planned);

}  // namespace onectx
