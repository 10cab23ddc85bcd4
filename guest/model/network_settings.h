// ETHx_* and the globals DNS and SEARCH_DOMAIN as the one model of the network (nic.h).
// Everything becomes typed here, so nothing that a renderer prints can carry text of the context
// but search domains, which are checked to be domain names. Refuses nothing as a whole: a value
// that makes no sense becomes a problem, and its own wish is dropped.
#pragma once

#include <optional>
#include <vector>

#include "common/context.h"
#include "guest/model/change.h"
#include "guest/model/nic.h"
#include "guest/model/settings.h"

namespace onectx {

// Absent when no ETHx_MAC is set: such a context says nothing of the network, even with DNS set
// (reference 5.27). Nic::device is left empty: it depends on the machine. Appends to `problems`.
[[nodiscard]] std::optional<Network> make_network(const Context& context, const Policy& policy,
                                                  std::vector<Problem>& problems);

}  // namespace onectx
