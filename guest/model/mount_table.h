// The kernel's list of mounts, /proc/self/mountinfo (proc(5)).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace onectx {

struct MountEntry {
    std::string device;  // "252:1"; "0:32" for a file system without a device of its own
    std::string target;
    std::string type;
    std::string source;
    bool read_only = false;

    bool operator==(const MountEntry&) const = default;
};

// In the kernel's order: of several at one target, the last is the one that is seen. A line that is
// no mount is passed over.
[[nodiscard]] std::vector<MountEntry> parse_mountinfo(std::string_view text);

// The last one at the target; null when there is none.
[[nodiscard]] const MountEntry* find_mount(const std::vector<MountEntry>& mounts,
                                           std::string_view target);

// The kernel's lists write blank, tab, newline and backslash as three octal digits.
[[nodiscard]] std::string without_octal(std::string_view text);

}  // namespace onectx
