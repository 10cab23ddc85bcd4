// The backslash escapes of $'...', the one quote of shells that names bytes and characters.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

namespace onectx {

// The text between the quotes with its escapes replaced (POSIX.1-2024, Shell Command Language,
// 2.2.4, and the \u, \U, \e, \E, \? of bash). A backslash that begins no escape is kept. The error
// is the offset of an escape for NUL or for something that is no Unicode character.
[[nodiscard]] std::expected<std::string, std::size_t> replace_escapes(std::string_view text);

}  // namespace onectx
