// Whether a path leads to anything.
#pragma once

#include <string_view>

#include "guest/model/reader.h"

namespace onectx {

// The last component is not followed: a link that leads nowhere is there. False when it cannot be
// looked at.
[[nodiscard]] bool is_there(const FileReader& tree, std::string_view path);

}  // namespace onectx
