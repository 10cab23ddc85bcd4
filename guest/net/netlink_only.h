// The back-end of a machine whose network has no owner: no file is written, and the kernel is told
// directly over rtnetlink, at each boot anew. See guest/plan/links.h for what it is told.
#pragma once

#include "common/result.h"
#include "guest/model/change.h"
#include "guest/model/nic.h"

namespace onectx {

// A step without changes, and a problem for each wish that neither the kernel nor a client of ours
// fulfils. Router advertisements the kernel reads itself; for DHCP see guest/plan/dhcp.h.
[[nodiscard]] PlannedStep plan_netlink(const Network& network);

}  // namespace onectx
