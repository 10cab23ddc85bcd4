// What a path leads to when its last component is a link.
#pragma once

#include <optional>
#include <string>

#include "common/result.h"
#include "guest/model/reader.h"

namespace onectx {

// Absent when there is nothing, or a chain of more than kMaxLinks links.
[[nodiscard]] Result<std::optional<FileStatus>> followed_status(std::string path,
                                                                const FileReader& tree);

}  // namespace onectx
