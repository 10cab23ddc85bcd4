// The interfaces(5) back-end: one block in /etc/network/interfaces, in the words that ifupdown,
// ifupdown2, ifupdown-ng and busybox all read (tried with each). Where they differ, the tree says
// which of them it has. Whatever else stands in the file stays; see edit/interfaces_file.h.
#pragma once

#include <string>
#include <vector>

#include "common/result.h"
#include "guest/model/change.h"
#include "guest/model/nic.h"
#include "guest/model/reader.h"

namespace onectx {

inline constexpr std::string_view kInterfacesPath = "/etc/network/interfaces";

enum class IfupProgram { ifupdown, ifupdown2, ifupdown_ng, busybox };

// Which one `ifup` is, by where its link leads; ifupdown where nothing says otherwise.
[[nodiscard]] IfupProgram find_ifup(const FileReader& tree);

// Whether resolvconf(8) is there, which takes resolver settings from the stanzas.
[[nodiscard]] bool has_resolvconf(const FileReader& tree);

struct InterfacesDialect {
    IfupProgram program = IfupProgram::ifupdown;
    bool resolvconf = false;
};

// The stanzas of one NIC that has a device, without its `auto` line. A wish that the program cannot
// be told of becomes a problem.
[[nodiscard]] std::vector<std::string> render_interfaces(const Nic& nic,
                                                         const InterfacesDialect& dialect,
                                                         std::vector<Problem>& problems);

// Writes the file, and those of /etc/network/interfaces.d that it includes and that speak of our
// devices. A NIC without a device is left out with a warning: this back-end knows no MAC.
// Activation: `ifup` of devices that it does not know to be up, and `ifdown` before it where a
// server's addresses or another's stanza have to go; the rest is set over rtnetlink.
[[nodiscard]] Result<PlannedStep> plan_interfaces(const Network& network, const FileReader& tree);

}  // namespace onectx
