// The text of context.sh as an image gets it.
#pragma once

#include <string>

#include "common/context.h"
#include "common/result.h"

namespace onectx {

// Refuses more than guests read of it.
[[nodiscard]] Result<std::string> make_context_sh(const Context& context);

}  // namespace onectx
