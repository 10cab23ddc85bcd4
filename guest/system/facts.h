// Gathers what the planner knows of the machine, once a run. Offline, everything comes from the
// tree; on a running system the kernel is asked too. Starts no process and waits for nothing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "guest/model/facts.h"
#include "guest/system/root.h"

namespace onectx {

// `offline`: the root is not "/". An error means that the kernel could not be asked at all; a fact
// that the tree does not tell is left as it is by default.
[[nodiscard]] Result<Facts> gather_facts(const Root& root, bool offline);

// Whether the file system that the directory lies on takes writes; false for one that is not there.
[[nodiscard]] bool is_writable(const Root& root, std::string_view directory);

// `size` bytes nobody can foresee. Never blocks: before the kernel's generator is ready (early in
// the boot of a machine without an entropy source) they come from /dev/urandom as it is, because a
// boot that hangs helps nobody.
[[nodiscard]] Result<std::string> random_bytes(std::size_t size);

}  // namespace onectx
