// Makes GrowPartition (guest/model/disk.h): reads the table again, saves it, writes it in an order
// that survives every death, reads it back and tells the kernel.
#pragma once

#include "common/result.h"
#include "guest/model/disk.h"
#include "guest/system/kernel.h"
#include "guest/system/root.h"

namespace onectx {

[[nodiscard]] Result<void> make_grow_partition(const GrowPartition& change, Root& root,
                                               Kernel& kernel);

// The bytes of a sector of an open disk; 512 for a regular file.
[[nodiscard]] unsigned sector_bytes_of(int disk);

}  // namespace onectx
