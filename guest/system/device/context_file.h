// context.sh out of a directory or an image: found by name, read bounded, never followed elsewhere.
// Refuses a context.sh that is a link or no regular file: a medium is somebody else's, and a link
// on it could name any file of this machine.
#pragma once

#include <optional>
#include <string>

#include "common/byte_source.h"
#include "common/result.h"

namespace onectx {

// Absent when there is no context.sh. Longer than kMaxContextBytes is an error, and so is one
// without a byte.
[[nodiscard]] Result<std::optional<std::string>> context_in_directory(const std::string& directory);
[[nodiscard]] Result<std::optional<std::string>> context_in_iso(const ByteSource& iso);

// From a block device with an iso9660 file system: mounted below `mount_base`, or, where that
// cannot be done (no privilege, a kernel without isofs), read by our own reader.
[[nodiscard]] Result<std::optional<std::string>> context_on_device(
    const std::string& node, const std::string& mount_base = "/run/onectx");

}  // namespace onectx
