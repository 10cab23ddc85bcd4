// See netlink_only.h.
#include "guest/net/netlink_only.h"

#include <string>

#include "guest/net/own_files.h"

namespace onectx {

PlannedStep plan_netlink(const Network& network)
{
    PlannedStep planned{.step = {.name = "network"}};
    for (const auto& nic : network.nics) {
        const auto eth = variables_of(nic);
        if (nic.method6 == Ipv6Method::dhcp)
            planned.problems.push_back(
                {eth + "_IP6_METHOD",
                 "the netlink back-end has no DHCPv6 client; router advertisements are used",
                 false});
        say_unsaid_metric(nic, planned.problems);
    }
    return planned;
}

}  // namespace onectx
