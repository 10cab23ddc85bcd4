// A YES or NO of a context.
#pragma once

#include <string_view>
#include <vector>

#include "common/context.h"
#include "guest/model/change.h"

namespace onectx {

// The flag, or `otherwise` when it is unset or blank. A word that is neither counts as NO, with a
// warning: what a typo asks for must not be granted.
[[nodiscard]] bool read_flag(const Context& context, std::string_view variable, bool otherwise,
                             std::vector<Problem>& problems);

}  // namespace onectx
