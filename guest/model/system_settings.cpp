// See system_settings.h.
#include "guest/model/system_settings.h"

#include "common/text.h"
#include "common/time_zone.h"
#include "guest/model/flag.h"

namespace onectx {
namespace {

std::string read_timezone(const Context& context, std::vector<Problem>& problems)
{
    auto text = trim(value_of(context, "TIMEZONE").value_or(""));
    if (text.empty() || is_time_zone_name(text)) return std::string(text);
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
