// Starting a program that nobody waits for.
#pragma once

#include <string>
#include <vector>

#include "common/result.h"

namespace onectx {

// This very program once more, with these arguments: in a session of its own, no environment, its
// three streams /dev/null, for the caller's may be a pipe that somebody waits for the end of.
[[nodiscard]] Result<void> start_detached(const std::vector<std::string>& arguments);

}  // namespace onectx
