// The systemd-networkd back-end: one .network file a NIC (systemd.network(5)), matched by MAC or
// PCI address, so a NIC that comes later finds its settings; one more, and a .netdev file, for its
// VLAN. Files that do not carry our first line are never touched.
#pragma once

#include <string>
#include <string_view>

#include "common/result.h"
#include "guest/model/change.h"
#include "guest/model/nic.h"
#include "guest/model/reader.h"

namespace onectx {

// "/etc/systemd/network/05-onectx-eth0.network"; eth0 is the id of the context, no device.
[[nodiscard]] std::string networkd_path(const Nic& nic);

[[nodiscard]] std::string render_networkd(const Nic& nic);

// A file for every NIC, and the removal of our files of NICs that are no longer there.
// Activation: networkctl(1) reload, which reconfigures the links whose file changed.
[[nodiscard]] Result<PlannedStep> plan_networkd(const Network& network, const FileReader& tree);

}  // namespace onectx
