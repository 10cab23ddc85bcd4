// See utf8.h.
#include "common/utf8.h"

namespace onectx {
namespace {

// Bytes of the character that begins with `first`; 0 when none does.
std::size_t sequence_length(unsigned char first)
{
    if (first < 0x80) return 1;
    if (first < 0xC2 || first > 0xF4) return 0;  // a continuation, an overlong form, too large
    return first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

}  // namespace

bool is_utf8(std::string_view text)
{
    return utf16_units(text).has_value();
}

std::optional<std::size_t> utf16_units(std::string_view text)
{
    std::size_t units = 0;
    while (!text.empty()) {
        auto first = static_cast<unsigned char>(text.front());
        auto length = sequence_length(first);
        if (length == 0 || length > text.size()) return std::nullopt;
        unsigned code = length == 1 ? first : first & (0xFFU >> (length + 1));
        for (auto c : text.substr(1, length - 1)) {
            auto byte = static_cast<unsigned char>(c);
            if ((byte & 0xC0U) != 0x80U) return std::nullopt;
            code = code << 6U | (byte & 0x3FU);
        }
        bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
        bool surrogate = code >= 0xD800 && code < 0xE000;
        if (overlong || surrogate || code > 0x10FFFF) return std::nullopt;
        units += length == 4 ? 2 : 1;
        text.remove_prefix(length);
    }
    return units;
}

bool is_character(std::uint32_t number)
{
    bool is_surrogate = number >= 0xD800 && number <= 0xDFFF;
    return number != 0 && number <= 0x10FFFF && !is_surrogate;
}

std::string encode_utf8(std::uint32_t character)
{
    auto continuation = [&](unsigned shift) {
        return static_cast<char>(0x80U | (character >> shift & 0x3FU));
    };
    auto lead = [&](unsigned mark, unsigned shift) {
        return static_cast<char>(mark | character >> shift);
    };
    if (character < 0x80) return {static_cast<char>(character)};
    if (character < 0x800) return {lead(0xC0, 6), continuation(0)};
    if (character < 0x10000) return {lead(0xE0, 12), continuation(6), continuation(0)};
    return {lead(0xF0, 18), continuation(12), continuation(6), continuation(0)};
}

}  // namespace onectx
