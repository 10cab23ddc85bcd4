// The process that keeps the lease of one link: asks, sets what it is given, asks for more in time.
#pragma once

#include <functional>

#include "common/result.h"
#include "guest/model/dhcp_record.h"
#include "guest/system/root.h"

namespace onectx {

// Runs until it is told to end: by SIGTERM, which leaves the link as it is (the kernel drops the
// address when its time is over), or by SIGUSR1, which gives the lease back and takes it off the
// link. Ends without an error when the device goes. One that is not the only one for its device is
// an error. `on_resolver` is called when the name servers or domains are others than before.
[[nodiscard]] Result<void> run_dhcp_client(const DhcpWish& wish, Root& root,
                                           const std::function<void()>& on_resolver);

}  // namespace onectx
