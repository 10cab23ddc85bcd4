// The NetworkManager back-end: one keyfile a NIC (nm-settings-keyfile(5)), matched by MAC or PCI
// address, and one more for its VLAN. Their priority lets them win over profiles that others left
// for the same device; no file without our first line is touched.
#pragma once

#include <string>

#include "common/result.h"
#include "guest/model/change.h"
#include "guest/model/nic.h"
#include "guest/model/reader.h"

namespace onectx {

// "/etc/NetworkManager/system-connections/onectx-eth0.nmconnection"; eth0 is a label, no device.
[[nodiscard]] std::string nm_path(const Nic& nic);

// `order` is the place of the NIC among all: its name servers come after those of lower ones.
[[nodiscard]] std::string render_nm(const Nic& nic, unsigned order);

// A keyfile for every NIC, readable by root alone, as NetworkManager demands. `machine_dns`: the
// resolver settings of the machine go to the first NIC that takes them, for NetworkManager has no
// other place for them beside those of connections. Activation: the files are read again and the
// devices of those that changed are brought to them.
[[nodiscard]] Result<PlannedStep> plan_nm(const Network& network, bool machine_dns,
                                          const FileReader& tree);

}  // namespace onectx
