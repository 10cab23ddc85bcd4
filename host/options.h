// The command line of the host tool. Everything it can get wrong is found here, before any work.
#pragma once

#include <variant>

#include "host/build.h"
#include "host/inspect.h"
#include "host/render.h"

namespace onectx {

using Command = std::variant<BuildOptions, RenderOptions, InspectOptions>;

// What to do; or the exit code when there is nothing more to do: help and version were printed, or
// a complaint was.
[[nodiscard]] std::variant<Command, int> parse_options(int argc, const char* const* argv);

}  // namespace onectx
