// The program that is running, as a file to be installed elsewhere.
#pragma once

#include <optional>
#include <string>

#include "common/result.h"
#include "guest/system/root.h"

namespace onectx {

// Its bytes; absent when the tree has exactly them at `path`, executable.
[[nodiscard]] Result<std::optional<std::string>> program_missing_at(const Root& root,
                                                                    const std::string& path);

}  // namespace onectx
