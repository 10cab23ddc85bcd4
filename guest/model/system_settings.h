// The small wishes about the system itself.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/context.h"
#include "guest/model/change.h"

namespace onectx {

struct SystemWish {
    std::string timezone;           // TIMEZONE: a name below /usr/share/zoneinfo; empty: not asked
    std::optional<bool> securetty;  // SECURETTY: whether root may log in on listed terminals only
};

[[nodiscard]] SystemWish read_system(const Context& context, std::vector<Problem>& problems);

}  // namespace onectx
