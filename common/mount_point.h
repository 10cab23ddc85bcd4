// Where a context may have a file system: its path, and the tag of one that the host shares.
#pragma once

#include <string>
#include <string_view>

namespace onectx {

// A path without repeated and trailing slashes; empty when it is no path that can be meant: not
// absolute, with "." or ".." in it, too long, or with control characters.
[[nodiscard]] std::string clean_path(std::string_view path);

// At most 36 bytes (virtio 1.2, 5.11.4), none of them a control character.
[[nodiscard]] bool is_mount_tag(std::string_view tag);

}  // namespace onectx
