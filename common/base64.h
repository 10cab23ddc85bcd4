// Base64 as RFC 4648 section 4 has it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace onectx {

[[nodiscard]] std::string encode_base64(std::string_view bytes);

// White space anywhere is passed over (people wrap lines) and missing padding is accepted; any
// other foreign character, or bits left over, is absence.
[[nodiscard]] std::optional<std::string> decode_base64(std::string_view text);

}  // namespace onectx
