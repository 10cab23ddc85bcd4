// The network of a running kernel against what a context wants of it: what differs, and on which
// link. Pure; whoever sets the links (a daemon, ifup, or we over rtnetlink), the comparison is the
// same.
#pragma once

#include <string>
#include <vector>

#include "guest/model/facts.h"
#include "guest/model/link.h"
#include "guest/model/nic.h"
#include "guest/plan/link_record.h"
#include "guest/plan/plan.h"

namespace onectx {

// What the kernel has to hold of a NIC. What a server gives is not in it.
[[nodiscard]] LinkState wanted_state(const Nic& nic);

// The device of a state in the kernel, by name and MAC; null when there is none.
[[nodiscard]] const KernelLink* find_link(const KernelNetwork& kernel, const std::string& device,
                                          const Mac& mac);

// Whether the link has the item. A route without a metric is any to its destination by its gateway:
// daemons give it one of their own. One that a daemon reaches over a host route of its own is not
// marked as on-link.
[[nodiscard]] bool has_item(const KernelNetwork& kernel, int link, const LinkItem& item);

// What makes the link so; empty when it is, or when it is not there. Of the stale items those that
// the link has are removed.
[[nodiscard]] LinkChange difference(const LinkState& wanted, const std::vector<LinkItem>& stale,
                                    const KernelNetwork& kernel);

// What is to be true of the kernel, and the ledger that goes with it; see NetworkGoal. Absent where
// the kernel is not known. In the stage `local` nothing is set yet, so only the ledger is kept.
[[nodiscard]] std::optional<NetworkGoal> make_goal(const Network& network, const PlanInput& input);

// The changes that reach the goal directly, without a daemon: of each link that the running
// programs named in `activate` do not configure anyway.
[[nodiscard]] std::vector<Change> direct_changes(const NetworkGoal& goal, const Facts& facts,
                                                 const std::vector<Run>& activate);

}  // namespace onectx
