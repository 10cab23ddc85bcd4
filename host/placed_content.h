// Large files on an image: libisofs leaves room for them, and their content goes there from file to
// file. So an image takes as long as a copy of its files, and no memory.
#pragma once

#include <cstdint>

#include "common/result.h"
#include "host/layout.h"
#include "host/output_file.h"

namespace onectx {

// A file of this machine that is large enough to be worth it.
[[nodiscard]] bool is_placed(const TreeEntry& entry);

// The sectors of all such files, in bytes.
[[nodiscard]] std::uint64_t placed_bytes(const ImageTree& tree);

// Puts them where our reader finds their extents on the image that `output` holds but for them.
// What lies below byte `room` is not touched: an extent there is an error.
[[nodiscard]] Result<void> place_contents(const ImageTree& tree, std::uint64_t room,
                                          OutputFile& output, const SignalHold& signals);

}  // namespace onectx
