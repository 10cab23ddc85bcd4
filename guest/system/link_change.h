// Makes a LinkChange in the kernel, over rtnetlink(7) and /proc/sys/net.
#pragma once

#include <string>

#include "common/result.h"
#include "guest/model/link.h"

namespace onectx {

// What is there already, or gone already, is success. The device must have the change's MAC; a name
// that passed to another device meanwhile is an error. Addresses come before others go, so that the
// kernel finds no moment without any in which it would drop the link's routes; an item that cannot
// be set stops no other, and the error names each. An MTU that the driver refuses is no failure
// (user-needs R-97: of a virtual function, the host's limit is known to its driver alone); what is
// returned says so, and is empty else.
[[nodiscard]] Result<std::string> make_link_change(const LinkChange& change);

}  // namespace onectx
