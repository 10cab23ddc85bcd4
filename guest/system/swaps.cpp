// See swaps.h.
#include "guest/system/swaps.h"

#include <fcntl.h>

#include <algorithm>

#include "common/text.h"
#include "guest/model/mount_table.h"
#include "guest/system/device/udev_devices.h"
#include "guest/system/fd.h"

namespace onectx {
namespace {

constexpr std::string_view kMagic = "SWAPSPACE2";

}  // namespace

std::optional<SwapCandidate> swap_of(const BlockDevice& disk,
                                     const std::vector<Signature>& signatures,
                                     std::uint64_t page_size)
{
    if (signatures.size() != 1) return std::nullopt;
    const auto& signature = signatures.front();
    const bool hibernated = signature.type == "swsuspend";
    if (signature.type != "swap" && !hibernated) return std::nullopt;

    SwapCandidate swap{.device = disk.node,
                       .whole_disk = !disk.divided && is_hardware_name(disk.name),
                       .label = signature.label,
                       .uuid = signature.uuid,
                       .hibernated = hibernated};
    // The magic stands at the end of the first page, whatever a page was where it was made.
    if (signature.magic == kMagic) {
        swap.page_size = signature.magic_offset + kMagic.size();
        swap.has_signature = swap.page_size == page_size;
    }
    return swap;
}

void mark_active(std::vector<SwapCandidate>& swaps, std::string_view proc_swaps)
{
    for (const auto line : split_lines(proc_swaps)) {
        const auto device = without_octal(line.substr(0, line.find_first_of(" \t")));
        for (auto& swap : swaps)
            if (swap.device == device) swap.active = true;
    }
}

Result<std::vector<SwapCandidate>> find_swaps(std::uint64_t page_size, std::string_view proc_swaps)
{
    std::vector<SwapCandidate> swaps;
    for (const auto& disk : TRY(in_context("list the disks", list_block_devices()))) {
        if (disk.optical || disk.divided || !is_hardware_name(disk.name)) continue;
        const Fd fd(open(disk.node.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
        if (!fd.valid()) continue;
        const auto signatures = probe_signatures(fd.get());
        if (!signatures) continue;
        if (auto swap = swap_of(disk, *signatures, page_size)) swaps.push_back(std::move(*swap));
    }
    mark_active(swaps, proc_swaps);
    return swaps;
}

}  // namespace onectx
