// Networks for the tests of the renderers, made the way the program makes them: from variables.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "guest/model/nic.h"

namespace onectx::test {

using ContextValues = std::vector<std::pair<std::string, std::string>>;

// The network of a context with these variables, an empty one when it says nothing of it. The
// device of ETHx is called ethx.
[[nodiscard]] Network network_of_values(const ContextValues& values);

// One NIC with the MAC 02:00:0a:00:00:02; the names lack their "ETH0_".
[[nodiscard]] Network network_of_nic(const ContextValues& values);

}  // namespace onectx::test
