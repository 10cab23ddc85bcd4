// The client of OneGate as a program: `onectx-guest onegate …`, or called `onegate`.
#pragma once

#include <string>
#include <vector>

namespace onectx {

// Gives the exit status: 0, or 255 when anything went wrong, as scripts know it of the older
// client.
[[nodiscard]] int run_onegate(const std::vector<std::string>& arguments);

}  // namespace onectx
