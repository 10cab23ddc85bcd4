// Kernel state that apply may change, behind an interface so that tests and an offline root change
// none.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "common/result.h"
#include "guest/model/dhcp_wish.h"
#include "guest/model/disk.h"
#include "guest/model/kernel_network.h"
#include "guest/model/link.h"
#include "guest/system/netlink.h"
#include "guest/system/root.h"

namespace onectx {

class Kernel {
  public:
    Kernel() = default;
    Kernel(const Kernel&) = delete;
    Kernel& operator=(const Kernel&) = delete;
    virtual ~Kernel() = default;

    [[nodiscard]] virtual Result<void> set_hostname(const std::string& name) = 0;  // sethostname(2)
    // swapon(2); a device that is already in use is success.
    [[nodiscard]] virtual Result<void> swap_on(const std::string& device) = 0;
    // BLKPG of a disk that is open; start and size in bytes.
    [[nodiscard]] virtual Result<void> resize_partition(int disk, unsigned number,
                                                        std::uint64_t start,
                                                        std::uint64_t bytes) = 0;
    // As far as its device allows now, whatever was planned.
    [[nodiscard]] virtual Result<void> grow_file_system(const GrowFileSystem& change) = 0;
    // As guest/system/disk/mounts.h says.
    [[nodiscard]] virtual Result<void> mount(const Mount& change) = 0;
    [[nodiscard]] virtual Result<void> unmount(const Unmount& change) = 0;

    // Writes a file of /proc/sys.
    [[nodiscard]] virtual Result<void> set_parameter(const std::string& name,
                                                     const std::string& value) = 0;
    [[nodiscard]] virtual Result<void> keep_console_lit() = 0;
    // What there is to say about it, "" where all went well; see make_link_change().
    [[nodiscard]] virtual Result<std::string> change_link(const LinkChange& change) = 0;
    // Starts or ends a DHCP client, which keeps its record below `root`.
    [[nodiscard]] virtual Result<void> change_dhcp(const DhcpChange& change, const Root& root) = 0;
    [[nodiscard]] virtual Result<KernelNetwork> network() = 0;
    // Whether anything of the network changed since the last call, or does within the time. The
    // first call may say so without cause.
    [[nodiscard]] virtual Result<bool> wait_for_network(std::chrono::milliseconds limit) = 0;
};

class SystemKernel : public Kernel {
  public:
    [[nodiscard]] Result<void> set_hostname(const std::string& name) override;
    [[nodiscard]] Result<void> swap_on(const std::string& device) override;
    [[nodiscard]] Result<void> set_parameter(const std::string& name,
                                             const std::string& value) override;
    [[nodiscard]] Result<void> keep_console_lit() override;
    [[nodiscard]] Result<void> resize_partition(int disk, unsigned number, std::uint64_t start,
                                                std::uint64_t bytes) override;
    [[nodiscard]] Result<void> grow_file_system(const GrowFileSystem& change) override;
    [[nodiscard]] Result<void> mount(const Mount& change) override;
    [[nodiscard]] Result<void> unmount(const Unmount& change) override;
    [[nodiscard]] Result<std::string> change_link(const LinkChange& change) override;
    [[nodiscard]] Result<void> change_dhcp(const DhcpChange& change, const Root& root) override;
    [[nodiscard]] Result<KernelNetwork> network() override;
    [[nodiscard]] Result<bool> wait_for_network(std::chrono::milliseconds limit) override;

  private:
    std::optional<NetlinkSocket> listener_;  // since the first wait
};

}  // namespace onectx
