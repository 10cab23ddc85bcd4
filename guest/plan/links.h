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

// What the kernel has to hold of a NIC, or of the VLAN above it where the NIC has one. What a
// server gives is not in it.
[[nodiscard]] LinkState wanted_state(const Nic& nic);

// The device of a state in the kernel, by name and MAC; null when there is none. A VLAN is told by
// its name, its id and the MAC of the device below it.
[[nodiscard]] const KernelLink* find_link(const KernelNetwork& kernel, const LinkState& state);

// Whether the driver takes the state's MTU, as far as it says: that of the device below a VLAN.
[[nodiscard]] bool takes_mtu(const KernelNetwork& kernel, const LinkState& state);

// Whether the link has the item. A route without a metric is any to its destination by its gateway:
// daemons give it one of their own. One that a daemon reaches over a host route of its own is not
// marked as on-link.
[[nodiscard]] bool has_item(const KernelNetwork& kernel, int link, const LinkItem& item);

// What makes the link so; empty when it is, or when it is not there: only a VLAN can be made, on a
// device that is. Of the stale items those that the link has are removed. An MTU that the driver
// does not take is not asked for.
[[nodiscard]] LinkChange difference(const LinkState& wanted, const std::vector<LinkItem>& stale,
                                    const KernelNetwork& kernel);

// What is to be true of the kernel, and the ledger that goes with it; see NetworkGoal. Absent where
// the kernel is not known. In the stage `local` nothing is set yet, so only the ledger is kept.
[[nodiscard]] std::optional<NetworkGoal> make_goal(const Network& network, const PlanInput& input);

// The changes of several links in an order that a kernel takes: a route to a destination goes from
// one link before it comes to another, and VLANs go before what takes their place.
[[nodiscard]] std::vector<LinkChange> in_order(std::vector<LinkChange> changes);

// The changes that reach the goal directly, without a daemon: of each link that the running
// programs named in `activate` do not configure anyway.
[[nodiscard]] std::vector<Change> direct_changes(const NetworkGoal& goal, const Facts& facts,
                                                 const std::vector<Run>& activate);

}  // namespace onectx
