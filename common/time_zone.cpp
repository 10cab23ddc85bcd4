// See time_zone.h.
#include "common/time_zone.h"

#include <algorithm>

#include "common/text.h"

namespace onectx {

bool is_time_zone_name(std::string_view text)
{
    constexpr std::size_t kMaxZoneBytes = 128;
    auto is_plain = [](char c) {
        return is_alpha(c) || is_digit(c) || c == '_' || c == '-' || c == '+';
    };
    auto is_part = [&](std::string_view part) {
        return !part.empty() && std::all_of(part.begin(), part.end(), is_plain);
    };
    auto parts = split(text, '/');
    return text.size() <= kMaxZoneBytes && std::all_of(parts.begin(), parts.end(), is_part);
}

}  // namespace onectx
