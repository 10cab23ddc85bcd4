// A whole text that the command line names: a file, a pipe, or "-" for standard input.
#pragma once

#include <cstddef>
#include <string>

#include "common/result.h"

namespace onectx {

// At most limit + 1 bytes, so that the parser that has the limit sees that there is more.
// The error names the path: "web.tmpl: No such file or directory".
[[nodiscard]] Result<std::string> read_input(const std::string& path, std::size_t limit);

}  // namespace onectx
