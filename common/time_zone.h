// Which texts can name a time zone.
#pragma once

#include <string_view>

namespace onectx {

// A path below /usr/share/zoneinfo that leads nowhere else: "Europe/Berlin", "Etc/GMT+1". Whether a
// system has that zone is for its own database to say.
[[nodiscard]] bool is_time_zone_name(std::string_view text);

}  // namespace onectx
