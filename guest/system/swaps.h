// Disks of this machine that carry a swap signature, by a probe of the disks themselves.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "guest/model/facts.h"
#include "guest/system/device/block_device.h"
#include "guest/system/device/signatures.h"

namespace onectx {

// What the signatures of one disk say. Absent when none is of swap, or when there are others too:
// then nobody can know what the disk is for.
[[nodiscard]] std::optional<SwapCandidate> swap_of(const BlockDevice& disk,
                                                   const std::vector<Signature>& signatures,
                                                   std::uint64_t page_size);

// Marks those that /proc/swaps (its text) lists as active.
void mark_active(std::vector<SwapCandidate>& swaps, std::string_view proc_swaps);

// Whole disks only: those that are divided, that are CD drives, or that are no hardware are not
// even opened. A disk that cannot be read is left out.
[[nodiscard]] Result<std::vector<SwapCandidate>> find_swaps(std::uint64_t page_size,
                                                            std::string_view proc_swaps);

}  // namespace onectx
