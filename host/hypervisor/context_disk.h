// How each hypervisor must be told of the context image: the text for its own configuration.
// Pure. Refuses a path that a configuration cannot carry.
#pragma once

#include <string>
#include <vector>

#include "common/result.h"
#include "host/hypervisor/disk_target.h"
#include "host/hypervisor/platform.h"

namespace onectx {

struct ContextDisk {
    Hypervisor hypervisor = Hypervisor::kvm;
    Toolstack toolstack = Toolstack::xl;  // counts on Xen
    Machine machine = Machine::pc;        // counts on KVM
    std::string source;                   // absolute path of the image on the host
    bool is_block_device = false;
    DiskTarget target;   // does not count in a container and in Firecracker
    std::string driver;  // CONTEXT/DRIVER; counts under xm
};

struct DiskText {
    std::string text;                   // whole lines
    std::vector<std::string> warnings;  // where the template's wish was not followed, or does harm
};

// libvirt's <disk> (https://libvirt.org/formatdomain.html), `disk` of xl.cfg(5) and of xend, a
// drive of Firecracker's configuration file, an entry of lxc.container.conf(5), lines of a .vmx
// file.
[[nodiscard]] Result<DiskText> describe_context_disk(const ContextDisk& disk);

}  // namespace onectx
