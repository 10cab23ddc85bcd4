// The DHCP clients of ours that run on this machine, each a process of its own that outlives a run.
#pragma once

#include <string>
#include <vector>

#include "common/result.h"
#include "guest/model/dhcp_record.h"
#include "guest/system/root.h"

namespace onectx {

// In the run directory; who holds it is the client.
[[nodiscard]] std::string dhcp_lock_name(const DhcpWish& wish);

// What those were started with that are alive.
[[nodiscard]] Result<std::vector<DhcpWish>> running_dhcp_clients(const Root& root);

// As a unit of its own where systemd runs, so that it is nobody's leftover; else in the background.
[[nodiscard]] Result<void> start_dhcp_client(const DhcpWish& wish, const Root& root);

// Has the one of this link and family give its lease back, and waits until it is gone. One that
// does not run is success.
[[nodiscard]] Result<void> end_dhcp_client(const DhcpWish& wish, const Root& root);

}  // namespace onectx
