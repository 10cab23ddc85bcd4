// See netlink_only.h.
#include "guest/net/netlink_only.h"

#include "guest/net/own_files.h"

namespace onectx {

PlannedStep plan_netlink(const Network& network)
{
    PlannedStep planned{.step = {.name = "network"}};
    for (const auto& nic : network.nics)
        say_unsaid_metric(nic, planned.problems);
    return planned;
}

}  // namespace onectx
