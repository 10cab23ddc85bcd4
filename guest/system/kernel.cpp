// See kernel.h.
#include "guest/system/kernel.h"

#include <fcntl.h>
#include <linux/blkpg.h>
#include <linux/rtnetlink.h>
#include <sys/ioctl.h>
#include <sys/swap.h>
#include <unistd.h>

#include "guest/system/dhcp/clients.h"
#include "guest/system/disk/file_systems.h"
#include "guest/system/disk/mounts.h"
#include "guest/system/fd.h"
#include "guest/system/link_change.h"
#include "guest/system/rtnetlink.h"

namespace onectx {
namespace {

// A file of the kernel's, which takes a value in one write(2).
Result<void> write_at_once(const std::string& path, std::string_view value)
{
    const Fd fd(open(path.c_str(), O_WRONLY | O_NOCTTY | O_CLOEXEC));
    if (!fd.valid()) return fail_errno("open " + path);
    if (write(fd.get(), value.data(), value.size()) != static_cast<ssize_t>(value.size()))
        return fail_errno("write " + path);
    return {};
}

}  // namespace

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

Result<void> SystemKernel::set_parameter(const std::string& name, const std::string& value)
{
    return write_at_once("/proc/sys/" + name, value);
}

Result<void> SystemKernel::keep_console_lit()
{
    // The times until blanking and until powering the screen down are the same for all of them.
    return write_at_once("/dev/tty0", "\033[9;0]\033[14;0]");
}

Result<void> SystemKernel::resize_partition(int disk, unsigned number, std::uint64_t start,
                                            std::uint64_t bytes)
{
    blkpg_partition partition{};
    partition.start = static_cast<long long>(start);
    partition.length = static_cast<long long>(bytes);
    partition.pno = static_cast<int>(number);
    blkpg_ioctl_arg request{};
    request.op = BLKPG_RESIZE_PARTITION;
    request.datalen = sizeof partition;
    request.data = &partition;
    if (ioctl(disk, BLKPG, &request) != 0) return fail_errno("tell the kernel of the new size");
    return {};
}

Result<void> SystemKernel::grow_file_system(const GrowFileSystem& change)
{
    return onectx::grow_file_system(change.mount_point, change.type);
}

Result<void> SystemKernel::mount(const Mount& change)
{
    return make_mount(change);
}

Result<void> SystemKernel::unmount(const Unmount& change)
{
    return make_unmount(change);
}

Result<std::string> SystemKernel::change_link(const LinkChange& change)
{
    return make_link_change(change);
}

Result<void> SystemKernel::change_dhcp(const DhcpChange& change, const Root& root)
{
    return change.end ? end_dhcp_client(change.client, root)
                      : start_dhcp_client(change.client, root);
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
