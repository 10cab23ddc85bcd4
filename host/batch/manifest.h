// One line of a manifest: what to build, as JSON.
// {"template":"web.tmpl","output":"web.iso","vmid":7,"set":{"A":"b"},"files":["motd","x:y"]}
// The other keys are those options of `build` that are about one image, with their names; "files"
// is "file", and "md5" false is --no-md5. Refuses what is missing, of another type, or unknown: a
// misspelt key must not look obeyed.
#pragma once

#include <string>
#include <string_view>

#include "common/result.h"
#include "host/build.h"

namespace onectx {

// `base` has what the command line says for every line; what a line says wins, and joins it where
// an option may be given several times. Paths are as on the command line: the current directory is
// where they begin.
[[nodiscard]] Result<BuildOptions> parse_manifest_line(std::string_view line,
                                                       const BuildOptions& base);

// The output that a line names which cannot be obeyed; empty when nobody can tell.
[[nodiscard]] std::string named_output(std::string_view line);

}  // namespace onectx
