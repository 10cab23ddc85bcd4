// See block_device.h.
#include "guest/system/device/block_device.h"

#include <algorithm>
#include <array>

#include "common/text.h"

namespace onectx {

bool is_hardware_name(std::string_view name)
{
    if (name.starts_with("dm-")) return false;
    constexpr std::array<std::string_view, 9> kOthers{"loop", "md",  "nbd",  "rbd", "drbd",
                                                      "zd",   "ram", "zram", "fd"};
    return std::none_of(kOthers.begin(), kOthers.end(), [&](std::string_view prefix) {
        // "md127" and "md_d0" but not a name that merely begins so.
        return name.starts_with(prefix) && name.size() > prefix.size() &&
               (is_digit(name[prefix.size()]) || name[prefix.size()] == '_');
    });
}

}  // namespace onectx
