// Whether bytes are UTF-8 as RFC 3629 has it: no overlong form, no surrogate, nothing above
// U+10FFFF.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace onectx {

[[nodiscard]] bool is_utf8(std::string_view text);

// How many UTF-16 units a text has; absent when it is not valid UTF-8.
[[nodiscard]] std::optional<std::size_t> utf16_units(std::string_view text);

}  // namespace onectx
