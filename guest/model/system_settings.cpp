// See system_settings.h.
#include "guest/model/system_settings.h"

#include <algorithm>

#include "common/text.h"
#include "guest/model/flag.h"

namespace onectx {
namespace {

constexpr std::size_t kMaxZoneBytes = 128;

// A path below /usr/share/zoneinfo that leads nowhere else: "Europe/Berlin", "Etc/GMT+1".
bool is_zone_name(std::string_view text)
{
    auto is_plain = [](char c) {
        return is_alpha(c) || is_digit(c) || c == '_' || c == '-' || c == '+';
    };
    auto is_part = [&](std::string_view part) {
        return !part.empty() && std::all_of(part.begin(), part.end(), is_plain);
    };
    auto parts = split(text, '/');
    return text.size() <= kMaxZoneBytes && std::all_of(parts.begin(), parts.end(), is_part);
}

std::string read_timezone(const Context& context, std::vector<Problem>& problems)
{
    auto text = trim(value_of(context, "TIMEZONE").value_or(""));
    if (text.empty() || is_zone_name(text)) return std::string(text);
    problems.push_back({"TIMEZONE", shown(text) + " is no name of a time zone", true});
    return "";
}

}  // namespace

SystemWish read_system(const Context& context, std::vector<Problem>& problems)
{
    SystemWish wish{.timezone = read_timezone(context, problems), .securetty = {}};
    if (!trim(value_of(context, "SECURETTY").value_or("")).empty())
        wish.securetty = read_flag(context, "SECURETTY", true, problems);
    return wish;
}

}  // namespace onectx
