// Makes Mount and Unmount (guest/model/disk.h), where everybody sees them: the units give us no
// mounts of our own.
#pragma once

#include "common/result.h"
#include "guest/model/disk.h"

namespace onectx {

// The target is a directory, and no link leads there.
[[nodiscard]] Result<void> make_mount(const Mount& change);

// Success when it is not there. One that is busy leaves the tree now and is gone with its last
// user.
[[nodiscard]] Result<void> make_unmount(const Unmount& change);

}  // namespace onectx
