// The links of SysV init: /etc/rcN.d/S14name starts ../init.d/name, K14name stops it, in the order
// of their names.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "guest/model/reader.h"

namespace onectx {

struct RcLink {
    char kind = 'S';  // S or K
    unsigned number = 0;
    std::string script;
};

// Absent for a name that is none ("README").
[[nodiscard]] std::optional<RcLink> parse_rc_link(std::string_view name);
[[nodiscard]] std::string to_text(const RcLink& link);

// The links in a directory in the order of their names.
[[nodiscard]] std::vector<RcLink> rc_links(const FileReader& tree, std::string_view directory);

// Those of the directories rcS.d and rc0.d to rc6.d below /etc that are there.
[[nodiscard]] std::vector<std::string> rc_directories(const FileReader& tree,
                                                      std::string_view levels = "S0123456");

}  // namespace onectx
