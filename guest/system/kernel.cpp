// See kernel.h.
#include "guest/system/kernel.h"

#include <linux/rtnetlink.h>
#include <sys/swap.h>
#include <unistd.h>

#include "guest/system/link_change.h"
#include "guest/system/rtnetlink.h"

namespace onectx {

Result<void> SystemKernel::set_hostname(const std::string& name)
{
    if (sethostname(name.c_str(), name.size()) != 0)
        return fail_errno("set the kernel's host name");
    return {};
}

Result<void> SystemKernel::swap_on(const std::string& device)
{
    // SWAP_FLAG_DISCARD is left out: a thin volume behind the disk may be shared or slow to trim.
    if (swapon(device.c_str(), 0) != 0 && errno != EBUSY) return fail_errno("swapon " + device);
    return {};
}

Result<void> SystemKernel::change_link(const LinkChange& change)
{
    return make_link_change(change);
}

Result<KernelNetwork> SystemKernel::network()
{
    return read_network();
}

Result<bool> SystemKernel::wait_for_network(std::chrono::milliseconds limit)
{
    if (listener_) return listener_->wait(limit);
    // What changed before the subscription, nobody will say.
    listener_ = TRY(NetlinkSocket::open(RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR |
                                        RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE));
    return true;
}

}  // namespace onectx
