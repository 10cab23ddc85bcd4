// The variables of NETWORK = YES (reference 1.4): ETHx_*, ETHx_ALIASy_* and PCIx_*. Pure.
// A NIC's own attribute comes before that of its address range, and that before the network's.
#pragma once

#include <string>
#include <vector>

#include "common/context.h"
#include "host/device_vars.h"
#include "host/records.h"
#include "host/template.h"

namespace onectx {

struct GeneratedVars {
    VarMap values{};
    std::vector<std::string> warnings{};  // devices that were left out, at most kMaxDiagnostics
};

enum class EmptyVars { left_out, kept };  // kept: as OpenNebula does, for NICs and their aliases

// The devices in `vm` are numbered (number_devices). At most kMaxNics NICs, aliases of each, PCI
// devices and disks count. A NIC with NETWORK_MODE = AUTO has nothing to tell until a network was
// chosen for it.
[[nodiscard]] GeneratedVars network_vars(const Template& vm, const std::vector<Record>& networks,
                                         EmptyVars empty);

// Puts generated variables into a context, where they win over what was there: a value that the
// user wrote stays when nothing was generated. Gives the names whose value was replaced by another
// one.
[[nodiscard]] std::vector<std::string> merge_generated(Context& context, VarMap generated);

}  // namespace onectx
