// See text.h.
#include "common/text.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "common/limits.h"

namespace onectx {

std::string to_upper(std::string_view text)
{
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](char c) { return to_upper(c); });
    return result;
}

std::string to_lower(std::string_view text)
{
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](char c) { return to_lower(c); });
    return result;
}

std::string_view trim(std::string_view text)
{
    while (!text.empty() && is_space(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && is_space(text.back()))
        text.remove_suffix(1);
    return text;
}

bool equals_ignoring_case(std::string_view a, std::string_view b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return to_lower(x) == to_lower(y); });
}

bool is_shell_name(std::string_view text)
{
    if (text.empty() || is_digit(text.front())) return false;
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return is_alpha(c) || is_digit(c) || c == '_'; });
}

std::vector<std::string_view> split(std::string_view text, char separator)
{
    std::vector<std::string_view> parts;
    for (;;) {
        auto at = text.find(separator);
        parts.push_back(text.substr(0, at));
        if (at == std::string_view::npos) return parts;
        text.remove_prefix(at + 1);
    }
}

std::vector<std::string_view> split_lines(std::string_view text)
{
    auto lines = split(text, '\n');
    if (lines.back().empty()) lines.pop_back();
    return lines;
}

std::vector<std::string> split_list(std::string_view text, std::size_t most)
{
    std::vector<std::string> parts;
    std::string part;
    auto finish = [&] {
        if (!part.empty()) parts.push_back(std::move(part));
        part.clear();
    };
    for (char c : text) {
        if (is_space(c) || c == ',')
            finish();
        else
            part += c;
        if (parts.size() == most) return parts;
    }
    finish();
    return parts;
}

std::vector<std::string> split_words(std::string_view text)
{
    std::vector<std::string> words;
    for (std::size_t at = 0; at < text.size();) {
        while (at < text.size() && is_space(text[at]))
            ++at;
        auto start = at;
        while (at < text.size() && !is_space(text[at]))
            ++at;
        if (at > start) words.emplace_back(text.substr(start, at - start));
    }
    return words;
}

std::string join(const std::vector<std::string>& parts, std::string_view separator)
{
    std::string result;
    for (const auto& part : parts) {
        if (&part != parts.data()) result += separator;
        result += part;
    }
    return result;
}

std::optional<std::uint64_t> parse_number(std::string_view text, std::uint64_t minimum,
                                          std::uint64_t maximum)
{
    std::uint64_t value = 0;
    auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
    if (value < minimum || value > maximum) return std::nullopt;
    return value;
}

std::optional<bool> parse_boolean(std::string_view text)
{
    constexpr std::array<std::string_view, 5> kYes{"yes", "true", "y", "on", "1"};
    constexpr std::array<std::string_view, 5> kNo{"no", "false", "n", "off", "0"};
    auto word = to_lower(trim(text));
    if (std::find(kYes.begin(), kYes.end(), word) != kYes.end()) return true;
    if (std::find(kNo.begin(), kNo.end(), word) != kNo.end()) return false;
    return std::nullopt;
}

std::string to_hex(std::string_view bytes)
{
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (char c : bytes) {
        auto byte = static_cast<unsigned char>(c);
        text += kDigits[byte >> 4U];
        text += kDigits[byte & 15U];
    }
    return text;
}

std::string printable(std::string_view text)
{
    // The second byte of U+0080 to U+009F is a continuation byte below 0xA0.
    auto is_c1 = [](char c) { return (static_cast<unsigned char>(c) & 0xE0U) == 0x80U; };
    std::string result;
    for (std::size_t at = 0; at < text.size(); ++at) {
        auto c = text[at];
        auto is_control = static_cast<unsigned char>(c) < 0x20 || c == '\x7F';
        if (c == '\xC2' && at + 1 < text.size() && is_c1(text[at + 1]))
            result += "\\xc2\\x" + to_hex(text.substr(++at, 1));
        else if (is_control)
            result += "\\x" + to_hex({&c, 1});
        else
            result += c;
    }
    return result;
}

std::string shown(std::string_view text)
{
    if (text.size() <= kMaxShownBytes) return "'" + printable(text) + "'";
    auto end = kMaxShownBytes;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
        --end;  // not inside a UTF-8 character
    return "'" + printable(text.substr(0, end)) + "...'";
}

}  // namespace onectx
