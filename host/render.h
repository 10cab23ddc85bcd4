// `onectx render`: template -> context.sh, or a flat JSON object, on standard output.
// The real values are shown, secrets too: they are what the command is for.
#pragma once

#include "host/input.h"

namespace onectx {

enum class RenderFormat { shell, json };

struct RenderOptions {
    InputOptions input;
    RenderFormat format = RenderFormat::shell;
};

// Prints what is wrong; gives the exit code.
[[nodiscard]] int run_render(const RenderOptions& options);

}  // namespace onectx
