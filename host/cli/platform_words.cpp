// See platform_words.h.
#include "host/cli/platform_words.h"

#include <CLI/CLI.hpp>

namespace onectx {

CLI::Option* add_platform_options(CLI::App& command, PlatformWords& words)
{
    auto* hypervisor =
        command
            .add_option("--hypervisor", words.hypervisor,
                        "kvm, xen3, xen4, lxc, firecracker or vmware")
            ->check(CLI::IsMember({"kvm", "xen3", "xen4", "lxc", "firecracker", "vmware"}));
    command
        .add_option("--toolstack", words.toolstack,
                    "of Xen: xl or xm; xen3 implies xm, xen4 implies xl")
        ->check(CLI::IsMember({"xl", "xm"}));
    command
        .add_option("--machine", words.machine,
                    "pc, q35 or virt; without it what OS/MACHINE of the template says")
        ->check(CLI::IsMember({"pc", "q35", "virt"}));
    return hypervisor;
}

Result<Platform> platform_of(const PlatformWords& words)
{
    Platform platform{parse_hypervisor(words.hypervisor), parse_toolstack(words.toolstack),
                      parse_machine(words.machine)};
    bool is_without_xen = !platform.hypervisor || !is_xen(*platform.hypervisor);
    if (platform.toolstack && is_without_xen)
        return fail("--toolstack is of Xen: --hypervisor xen3 or xen4 belongs to it");
    return platform;
}

}  // namespace onectx
