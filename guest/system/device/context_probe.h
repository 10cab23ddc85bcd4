// Looks at one block device: does it carry a context? The Prober of a real machine.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/address.h"
#include "guest/system/device/medium.h"

namespace onectx {

// Opens the device without waiting for a medium, asks libblkid what is on it, and reads context.sh
// of an iso9660 file system labelled CONTEXT. The device is closed and unmounted when this returns.
// It is mounted below `mount_base`, where it can be.
[[nodiscard]] Probed probe_context(const BlockDevice& device,
                                   const std::string& mount_base = "/run/onectx");

// ETHx_MAC of a context.sh, in the order of their names.
[[nodiscard]] std::vector<Mac> macs_of_context(std::string_view text);

}  // namespace onectx
