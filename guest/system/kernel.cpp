// See kernel.h.
#include "guest/system/kernel.h"

#include <sys/swap.h>
#include <unistd.h>

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

}  // namespace onectx
