// The variables that OpenNebula adds to a context whether NETWORK is YES or not
// (reference 1.4, 1.8): PCIx_ADDRESS, DISKx_MOUNT_TAG and DISKx_MOUNT_POINT, VROUTER_*, and the
// DISK_ID and TARGET of the context CD itself. Pure. The devices are numbered (number_devices).
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "host/template.h"

namespace onectx {

using VarMap = std::map<std::string, std::string, std::less<>>;

// Has no empty values.
[[nodiscard]] VarMap device_vars(const Template& vm);

// Where the CD of a machine's context is: DISK_ID is the number of its disks. TARGET is the first
// device name that no disk has: `prefix` is DEV_PREFIX of the CONTEXT section, or sd for the
// machine types q35 and virt, or hd. Both as the machine's own CONTEXT has them when it has.
[[nodiscard]] VarMap context_disk_vars(const Template& vm, std::string_view prefix);

}  // namespace onectx
