// A second look at an image before it gets its name: whether the reader that guests use sees what
// was meant to be written.
#pragma once

#include "common/byte_source.h"
#include "common/result.h"
#include "host/iso_writer.h"
#include "host/layout.h"

namespace onectx {

// Label, trees, every entry with mode, owner, time and size, and the content of what came from
// memory (context.sh). Files of this machine are not read again: they were compared while they were
// copied, and may be as large as the disk.
[[nodiscard]] Result<void> check_image(const ByteSource& source, const ImageTree& tree,
                                       const ImageSettings& settings);

}  // namespace onectx
