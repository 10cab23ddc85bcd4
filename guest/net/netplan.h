// The netplan back-end: one YAML file with a definition a NIC. The names of our definitions sort
// before those that installers and cloud-init use, and the first that matches a link counts, so
// files of others need not be touched. Each definition names its renderer itself: the global one
// would be everybody's.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "guest/model/change.h"
#include "guest/model/nic.h"
#include "guest/model/reader.h"

namespace onectx {

inline constexpr std::string_view kNetplanPath = "/etc/netplan/50-onectx.yaml";

enum class NetplanRenderer { networkd, network_manager };

// `wish` is NETCFG_NETPLAN_RENDERER. Without it NetworkManager where a file of netplan names it as
// the renderer of all, or where there is no networkd; else networkd, as netplan itself has it.
[[nodiscard]] NetplanRenderer find_netplan_renderer(std::string_view wish, const FileReader& tree);

// The program that makes the daemons' files out of netplan's, and nothing else: its `configure`
// (netplan 1.2), else its `generate`. Empty where there is none.
[[nodiscard]] std::string find_netplan_generator(const FileReader& tree);

struct NetplanOptions {
    NetplanRenderer renderer = NetplanRenderer::networkd;
    bool machine_dns = false;  // NetworkManager's profiles get the resolver settings of the machine
    bool booting = false;      // the generator has run in this boot and must run again
};

// Writes the file, readable by root alone. While booting the generator is part of the step when
// the file changes, in the foreground, and nothing is told to apply anything; else it is the first
// thing of the activation.
[[nodiscard]] Result<PlannedStep> plan_netplan(const Network& network,
                                               const NetplanOptions& options,
                                               const FileReader& tree);

}  // namespace onectx
