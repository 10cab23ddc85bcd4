// The changes that are disturbed: a file and a link replaced, and a directory made.
#pragma once

#include <string>

#include "common/result.h"

namespace onectx::test {

inline constexpr const char* kOldText = "old text\n";
inline constexpr const char* kOldTarget = "old";
inline constexpr const char* kNewTarget = "new";
// What strace shows before and after the changes; the rest is the program's start and end.
inline constexpr const char* kMarker = "/onectx-changes";

// Larger than one page, so that a write can be cut in the middle.
[[nodiscard]] std::string new_text();

// Replaces <directory>/etc/file and <directory>/etc/link, and makes <directory>/etc/made.
[[nodiscard]] Result<void> make_changes(const std::string& directory);

}  // namespace onectx::test
