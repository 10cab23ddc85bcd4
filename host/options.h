// The command line of the host tool. Everything it can get wrong is found here, before any work.
#pragma once

#include <variant>

#include "host/cli/subcommand.h"

namespace onectx {

// What to do; or the exit code when there is nothing more to do: help and version were printed, or
// a complaint was.
[[nodiscard]] std::variant<Action, int> parse_options(int argc, const char* const* argv);

}  // namespace onectx
