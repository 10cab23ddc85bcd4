// Makes a LinkChange in the kernel, over rtnetlink(7) and /proc/sys/net.
#pragma once

#include "common/result.h"
#include "guest/model/link.h"

namespace onectx {

// What is there already, or gone already, is success. The device must have the change's MAC; a name
// that passed to another device meanwhile is an error. Addresses come before others go, so that the
// kernel finds no moment without any in which it would drop the link's routes; an item that cannot
// be set stops no other, and the error names each.
[[nodiscard]] Result<void> make_link_change(const LinkChange& change);

}  // namespace onectx
