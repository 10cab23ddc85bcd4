// Content of a large file into its place in the output, from file to file inside the kernel where
// it can do that (copy_file_range(2)), else in pieces through a small buffer. Holes stay holes. The
// error names the side that failed; a source that has changed is one.
#pragma once

#include <vector>

#include "common/iso_image.h"
#include "common/result.h"
#include "host/layout.h"
#include "host/output_file.h"

namespace onectx {

// The output has its size already and nothing was written to these extents, which together have
// the size of the content. A last sector that is only partly filled is filled up with zeros.
[[nodiscard]] Result<void> copy_content(const TreeEntry& entry,
                                        const std::vector<IsoExtent>& extents, OutputFile& output,
                                        const SignalHold& signals);

}  // namespace onectx
