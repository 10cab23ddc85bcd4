// A second look at an image before it gets its name: whether the reader that guests use sees what
// was meant to be written.
#pragma once

#include "common/byte_source.h"
#include "common/result.h"
#include "host/iso_writer.h"
#include "host/layout.h"

namespace onectx {

// Label, both trees, every entry with mode, owner, time and size, that no two files share a byte,
// and contents: what came from memory (context.sh) as a whole, files of this machine as far as 32
// KiB at either end go. In between they were compared while they were copied, and may be as large
// as the disk.
[[nodiscard]] Result<void> check_image(const ByteSource& source, const ImageTree& tree,
                                       const ImageSettings& settings);

}  // namespace onectx
