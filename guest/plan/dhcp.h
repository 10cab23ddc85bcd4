// The DHCP clients of ours (the netlink back-end has no other): which have to run, against those
// that do. Pure.
#pragma once

#include <vector>

#include "guest/model/change.h"
#include "guest/model/nic.h"
#include "guest/plan/plan.h"

namespace onectx {

struct DhcpPlan {
    std::vector<DhcpChange> ends;
    std::vector<DhcpChange> starts;
};

// Nothing in the stage `local`, in which nobody is started. A client with other settings than the
// wanted ones is started anew. One of a NIC that is skipped, or that a line which cannot be read
// may speak of, goes on; with another back-end none does.
[[nodiscard]] DhcpPlan plan_dhcp(const Network& network, const PlanInput& input);

}  // namespace onectx
