// The names of an image's Joliet tree, which Windows reads: what becomes of a name there, and which
// names would not survive it.
#pragma once

#include <string>
#include <string_view>

#include "common/result.h"
#include "host/layout.h"

namespace onectx {

// A path as readers show it: control characters and any of * : ; ? \ are '_', and a component ends
// with no dot (Joliet specification, "Joliet Character Set"; readers drop the dots).
[[nodiscard]] std::string joliet_path(std::string_view path);

// Refuses names that Joliet cannot carry, and two that would become one. Names that differ in case
// only are two, as on the image they are.
[[nodiscard]] Result<void> check_joliet_names(const ImageTree& tree);

}  // namespace onectx
