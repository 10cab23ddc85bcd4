// What a plan becomes on a system whose /etc cannot be written: files go to the place below /run
// that their reader looks into as well, and count for this boot.
#pragma once

#include "guest/model/change.h"

namespace onectx {

// Names what was moved and what cannot be in one warning. The kernel gets its name all the same. A
// change that has no place below /run stays as it is, and its step will say what is in the way.
[[nodiscard]] Plan for_read_only_etc(Plan plan);

}  // namespace onectx
