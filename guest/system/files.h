// The few operations on descriptors that more than one file here needs. They know no path: an error
// carries the system's own words, and the caller that knows the attempt puts its phrase before
// them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"

namespace onectx {

// errno as an Error without an attempt: "Read-only file system".
[[nodiscard]] Failure os_failure(int code = errno);

// Everything up to the end of the file, whatever its size claims to be (proc and sysfs claim 0 or
// 4096). More than `limit` bytes is EFBIG.
[[nodiscard]] Result<std::string> read_all(int fd, std::size_t limit);

[[nodiscard]] Result<void> write_all(int fd, std::string_view bytes);

// The names in a directory in byte order, without "." and "..". More than kMaxDirectoryEntries is
// EFBIG.
[[nodiscard]] Result<std::vector<std::string>> names_in(int directory);

// fsync(2) of a directory; a file system that cannot (EINVAL) has nothing to wait for.
[[nodiscard]] Result<void> sync_directory(int directory);

}  // namespace onectx
