// The text of a template or of an XML document, as the command line names it.
#pragma once

#include <string>

#include "common/result.h"
#include "posix/read_input.h"

namespace onectx {

// As read_input(), with the limit of a template, and without the byte order mark that some editors
// put before a text in UTF-8: places in it are then those that an editor shows.
[[nodiscard]] Result<std::string> read_template_text(const std::string& path);
[[nodiscard]] Result<std::string> read_template_text(const OpenedInput& file);

}  // namespace onectx
