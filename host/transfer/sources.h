// The sources of a transfer as OpenNebula's drivers are given them: PATH, PATH:NAME or an address.
// oned puts names of images in quotes and the driver parts its lines at blanks, so a quoted name
// with a blank arrives as several words.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "common/result.h"
#include "host/files.h"

namespace onectx {

// The words between which a quote is open belong together, with one blank between them. The path
// ends at the first colon, or at the quote that began it; a name keeps quotes inside it, because
// oned escapes none. An address has no name.
[[nodiscard]] Result<std::vector<FileRequest>> parse_sources(std::span<const std::string> words);

}  // namespace onectx
