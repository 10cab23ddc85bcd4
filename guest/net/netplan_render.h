// The YAML of one NIC for netplan(5): see netplan.h.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "guest/model/change.h"
#include "guest/model/nic.h"
#include "guest/net/netplan.h"

namespace onectx {

// What the name of each of our definitions of a physical device begins with.
inline constexpr std::string_view kNetplanPrefix = "00-onectx-";

// The lines of one definition, its name first, and the mapping that it stands in.
struct NetplanDefinition {
    std::string name;  // "00-onectx-eth0"; the device's for a VLAN
    bool is_vlan = false;
    std::vector<std::string> lines;
};

// One definition, or two for a NIC with a VLAN; none for a device that netplan cannot be told
// apart by (a PCI address without a MAC, and no device yet). `order` is the NIC's place among all.
// Appends what netplan cannot be told to `problems`.
[[nodiscard]] std::vector<NetplanDefinition> render_netplan(const Nic& nic,
                                                            NetplanRenderer renderer,
                                                            unsigned order,
                                                            std::vector<Problem>& problems);

}  // namespace onectx
