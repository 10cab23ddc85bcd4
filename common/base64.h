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

// The same with all foreign characters passed over, as RFC 2045 section 6.8 demands of those who
// read MIME and yaml.org/type/binary of those who read YAML. A text of nothing else is absence.
[[nodiscard]] std::optional<std::string> decode_base64_loosely(std::string_view text);

// What to say of a text that only the loose reading takes.
inline constexpr std::string_view kOtherThanBase64 =
    "holds characters that are no base64; they are passed over";

}  // namespace onectx
