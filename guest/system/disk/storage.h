// Gathers what growing has to know (guest/model/storage.h): of the file systems that shall grow,
// and of the devices below them. Reads a few sectors of those; changes nothing, waits for nothing.
#pragma once

#include "common/result.h"
#include "guest/model/disk_wishes.h"
#include "guest/model/storage.h"
#include "guest/system/root.h"

namespace onectx {

// A device that cannot be read is left out, and then nothing is planned for it.
[[nodiscard]] Result<Storage> gather_storage(const Root& root, const GrowWish& wish);

}  // namespace onectx
