// Places in a template, and complaints about them that give no secret away. The line of a complaint
// may hold a password, or be the middle of a private key; then it is not shown.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "common/diagnostic.h"

namespace onectx {

struct Place {
    std::size_t offset = 0;
    std::size_t previous = 0;  // of the name before it: the value of that one may reach its line
    unsigned line = 1;
};

// A complaint at `place` with the line it stands in, unless a secret could be on that line: a
// variable that is secret is named between `place.previous` and the end of the line.
[[nodiscard]] Diagnostic complain_at(std::string_view text, const Place& place,
                                     std::string message);

// Whether that line may be shown.
[[nodiscard]] bool may_show(std::string_view text, const Place& place);

}  // namespace onectx
