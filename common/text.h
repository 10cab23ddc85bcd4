// Small functions on text that ask no locale.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace onectx {

// What the template language and context.sh call white space: blank, TAB, LF, VT, FF, CR.
[[nodiscard]] constexpr bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}
[[nodiscard]] constexpr bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}
[[nodiscard]] constexpr bool is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
[[nodiscard]] constexpr char to_upper(char c)
{
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}
[[nodiscard]] constexpr char to_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

[[nodiscard]] std::string to_upper(std::string_view text);
[[nodiscard]] std::string to_lower(std::string_view text);
[[nodiscard]] std::string_view trim(std::string_view text);

// ASCII letters compare without case.
[[nodiscard]] bool equals_ignoring_case(std::string_view a, std::string_view b);

// [A-Za-z_][A-Za-z0-9_]*: what POSIX calls a name, the only thing that can stand left of `=`.
[[nodiscard]] bool is_shell_name(std::string_view text);

// Splits at every `separator`; "a,,b" has three parts, "" has one empty part.
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);

// The lines of a text without their LF; a last line without LF counts, an empty rest does not.
[[nodiscard]] std::vector<std::string_view> split_lines(std::string_view text);

// A list as users write it: parted by white space or commas, empty parts dropped, duplicates kept;
// the first `most` of them.
[[nodiscard]] std::vector<std::string> split_list(std::string_view text,
                                                  std::size_t most = std::string_view::npos);

// What white space parts: " a  b" is "a", "b".
[[nodiscard]] std::vector<std::string> split_words(std::string_view text);

[[nodiscard]] std::string join(const std::vector<std::string>& parts, std::string_view separator);

// The whole text as a decimal number in [minimum, maximum]; no sign, no blanks.
[[nodiscard]] std::optional<std::uint64_t> parse_number(std::string_view text,
                                                        std::uint64_t minimum,
                                                        std::uint64_t maximum);

// YES, TRUE, Y, ON, 1 / NO, FALSE, N, OFF, 0 in any case, trimmed; anything else is absence.
[[nodiscard]] std::optional<bool> parse_boolean(std::string_view text);

// Lower-case hexadecimal of bytes.
[[nodiscard]] std::string to_hex(std::string_view bytes);

// The text with control characters (all below U+0020, DEL, and U+0080 to U+009F, which terminals
// obey too: ECMA-48) as \xNN: for messages about hostile input.
[[nodiscard]] std::string printable(std::string_view text);

// The text in single quotes for a message: printable, and cut after kMaxShownBytes with "...".
[[nodiscard]] std::string shown(std::string_view text);

}  // namespace onectx
