// Where a transfer goes: HOST:PATH as OpenNebula's drivers are given it.
#pragma once

#include <string>
#include <string_view>

#include "common/result.h"

namespace onectx {

struct TransferTarget {
    std::string host;  // empty: this machine
    std::string path;  // absolute

    bool operator==(const TransferTarget&) const = default;
};

// The host ends at the first colon; an IPv6 address stands in brackets, which are taken off. No
// host, `localhost` and the name of this machine (`own_name`) mean this machine. Refuses a path
// that is not absolute or names no file, and a host that ssh would take for an option.
[[nodiscard]] Result<TransferTarget> parse_target(std::string_view text, std::string_view own_name);

// The folder of the target's path, and what is to stand in it.
[[nodiscard]] std::string folder_of(const TransferTarget& target);

}  // namespace onectx
