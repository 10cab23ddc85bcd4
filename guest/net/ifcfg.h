// The `scripts` back-end: files named after devices in /etc/sysconfig, as Red Hat's network-scripts
// (ifcfg-, route-, route6-) and SUSE's wicked (ifcfg-, ifroute-, ifsysctl-) read them. A name there
// can be one file's only, so the lines of others in it are put out of action by a prefix, and come
// back when the context lets go of the device.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "guest/model/change.h"
#include "guest/model/nic.h"
#include "guest/model/reader.h"

namespace onectx {

enum class IfcfgFlavour { redhat, suse };

// SUSE has a directory where Red Hat has a file: /etc/sysconfig/network.
[[nodiscard]] IfcfgFlavour find_ifcfg_flavour(const FileReader& tree);

// The lines of our files by their names, "ifcfg-eth0" and so on. A file without lines is one that
// must not say anything.
using IfcfgFiles = std::map<std::string, std::vector<std::string>, std::less<>>;

// The files of one device; `below` is the NIC whose VLAN it is, null for any other.
void add_redhat_device(const Nic& nic, const Nic* below, IfcfgFiles& files);
void add_suse_device(const Nic& nic, const Nic* below, IfcfgFiles& files);

// Writes the files of all NICs that have a device; a NIC that is only to be up is left to whoever
// has a file for it. The metric of router advertisements, for which there is no word, becomes a
// problem. Activation: the devices whose files changed are
// taken down and up (ifup(8)), or given to `wicked ifreload`.
[[nodiscard]] Result<PlannedStep> plan_ifcfg(const Network& network, const FileReader& tree);

}  // namespace onectx
