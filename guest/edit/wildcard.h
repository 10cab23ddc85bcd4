// Patterns of file names as configuration files have them (`source`, `Include`).
#pragma once

#include <string_view>

namespace onectx {

// Whether a name fits a pattern in which '*' stands for any text. Other signs of glob(7) stand for
// themselves.
[[nodiscard]] bool fits(std::string_view pattern, std::string_view name);

}  // namespace onectx
