// UTF-8 as RFC 3629 has it: no overlong form, no surrogate, nothing above U+10FFFF.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace onectx {

// Whether bytes are UTF-8.
[[nodiscard]] bool is_utf8(std::string_view text);

// How many UTF-16 units a text has; absent when it is not valid UTF-8.
[[nodiscard]] std::optional<std::size_t> utf16_units(std::string_view text);

// Whether a number is a character that a text can hold: no NUL, no surrogate, at most U+10FFFF.
[[nodiscard]] bool is_character(std::uint32_t number);

// The bytes of one character; it must not lie above U+10FFFF.
[[nodiscard]] std::string encode_utf8(std::uint32_t character);

}  // namespace onectx
