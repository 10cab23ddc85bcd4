// A context as OpenNebula gave it to VMware's machines: variables of the machine's configuration,
// which programs in the machine can read. Text in, values out; guest/system/guestinfo asks for it.
#pragma once

#include <string>
#include <string_view>

#include "common/result.h"
#include "guest/model/carried_file.h"

namespace onectx {

inline constexpr std::string_view kGuestinfoContext = "guestinfo.opennebula.context";
// Followed by 0, 1, …; the first that is not there ends them.
inline constexpr std::string_view kGuestinfoFile = "guestinfo.opennebula.file.";

// context.sh out of base64. Refuses one that is larger than kMaxContextBytes.
[[nodiscard]] Result<std::string> context_of_guestinfo(std::string_view value);

// A file: its name in the first line, base64 of its content in the others.
[[nodiscard]] Result<CarriedFile> file_of_guestinfo(std::string_view value);

}  // namespace onectx
