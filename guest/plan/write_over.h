// A file of somebody else's with another text in it.
#pragma once

#include <optional>
#include <string>

#include "guest/model/change.h"
#include "guest/model/reader.h"

namespace onectx {

// The file with a new content, its mode and owner kept when it is there.
[[nodiscard]] WriteFile write_over(std::string path, const std::optional<FileText>& old,
                                   std::string content);

}  // namespace onectx
