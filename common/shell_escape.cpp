// See shell_escape.h.
#include "common/shell_escape.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

#include "common/text.h"
#include "common/utf8.h"

namespace onectx {
namespace {

struct Escape {
    std::string bytes;
    std::size_t length = 0;  // behind the backslash; 0: it is no escape
};

// A number of at most `digits` digits behind `skipped` characters.
struct Number {
    std::uint32_t value = 0;
    std::size_t length = 0;  // with the skipped characters; 0: no digit
};

Number read_number(std::string_view text, std::size_t skipped, std::size_t digits, int base)
{
    Number number;
    text = text.substr(skipped, digits);
    auto end = std::from_chars(text.data(), text.data() + text.size(), number.value, base).ptr;
    if (end != text.data()) number.length = skipped + static_cast<std::size_t>(end - text.data());
    return number;
}

Escape byte_escape(Number number)
{
    return {std::string(1, static_cast<char>(number.value & 0xFFU)), number.length};
}

// \uHHHH and \UHHHHHHHH; absent when the number is no character.
std::optional<Escape> unicode_escape(Number number)
{
    if (number.length == 0) return Escape{};
    if (!is_character(number.value)) return std::nullopt;
    return Escape{encode_utf8(number.value), number.length};
}

// \cX: the control character of X; \c\\ is the one of the backslash.
Escape control_escape(std::string_view text)
{
    if (text.size() < 2) return {};
    std::size_t length = text.substr(1).starts_with("\\\\") ? 3 : 2;
    if (text[1] == '?') return {"\x7F", length};
    return {std::string(1, static_cast<char>(to_upper(text[1]) & 0x1F)), length};
}

// The escape at the beginning of `text`, which stands behind a backslash.
std::optional<Escape> escape_at(std::string_view text)
{
    constexpr std::string_view kLetters = "ntrabeEfv\\'\"?";
    constexpr std::string_view kBytes = "\n\t\r\a\b\x1B\x1B\f\v\\'\"?";
    if (text.empty()) return Escape{};
    if (auto letter = kLetters.find(text[0]); letter != std::string_view::npos)
        return Escape{std::string(1, kBytes[letter]), 1};
    switch (text[0]) {
        case 'x': {
            auto number = read_number(text, 1, 2, 16);
            return number.length == 0 ? Escape{} : byte_escape(number);
        }
        case 'u': return unicode_escape(read_number(text, 1, 4, 16));
        case 'U': return unicode_escape(read_number(text, 1, 8, 16));
        case 'c': return control_escape(text);
        default: break;
    }
    auto octal = read_number(text, 0, 3, 8);
    return octal.length == 0 ? Escape{} : byte_escape(octal);
}

}  // namespace

std::expected<std::string, std::size_t> replace_escapes(std::string_view text)
{
    std::string result;
    for (std::size_t at = 0; at < text.size();) {
        auto backslash = std::min(text.find('\\', at), text.size());
        result += text.substr(at, backslash - at);
        at = backslash;
        if (at == text.size()) break;
        auto escape = escape_at(text.substr(at + 1));
        if (!escape || escape->bytes == std::string_view("\0", 1)) return std::unexpected(at);
        if (escape->length == 0) escape->bytes = '\\';
        result += escape->bytes;
        at += 1 + escape->length;
    }
    return result;
}

}  // namespace onectx
