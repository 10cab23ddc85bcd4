// A kernel that refuses everything: what a test does not expect fails it. Those that expect
// something override it.
#pragma once

#include "guest/system/kernel.h"

namespace onectx::test {

class NoKernel : public Kernel {
  public:
    Result<void> set_hostname(const std::string&) override { return refuse(); }
    Result<void> swap_on(const std::string&) override { return refuse(); }
    Result<void> resize_partition(int, unsigned, std::uint64_t, std::uint64_t) override
    {
        return refuse();
    }
    Result<void> grow_file_system(const GrowFileSystem&) override { return refuse(); }
    Result<void> mount(const Mount&) override { return refuse(); }
    Result<void> unmount(const Unmount&) override { return refuse(); }
    Result<void> set_parameter(const std::string&, const std::string&) override { return refuse(); }
    Result<void> keep_console_lit() override { return refuse(); }
    Result<std::string> change_link(const LinkChange&) override { return refuse(); }
    Result<void> change_dhcp(const DhcpChange&, const Root&) override { return refuse(); }
    Result<KernelNetwork> network() override { return refuse(); }
    Result<bool> wait_for_network(std::chrono::milliseconds) override { return refuse(); }

  private:
    static std::unexpected<Error> refuse() { return fail("not in a test"); }
};

}  // namespace onectx::test
