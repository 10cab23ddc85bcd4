// What a context wishes of file systems: which grow, and which are mounted.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/context.h"

namespace onectx {

struct Policy;
struct Problem;
struct Refusals;
struct Settings;

struct GrowWish {
    bool root = false;                      // GROW_ROOTFS
    std::vector<std::string> mount_points;  // GROW_FS, each absolute
};

// A file system that the host shares (virtiofs).
struct MountWish {
    std::string tag;
    std::string target;    // absolute, without "." and ".."
    std::string variable;  // DISKx_MOUNT_POINT, for messages
};

struct MountsWish {
    std::vector<MountWish> mounts;  // in the numeric order of x
    bool complete = true;           // false: more may be wanted; what is mounted stays
};

// Whether a file system may be mounted there: not where a machine has its programs, accounts,
// devices or kernel. The path is absolute, without "." and "..".
[[nodiscard]] bool is_mount_target(std::string_view path);

// Sets `growing` and `mounts`, and appends to `problems`. What the policy switches off is absent.
void read_disk_wishes(const Context& context, const Policy& policy, const Refusals& refusals,
                      Settings& settings);

}  // namespace onectx
