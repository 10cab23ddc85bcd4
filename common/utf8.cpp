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

}  // namespace onectx
