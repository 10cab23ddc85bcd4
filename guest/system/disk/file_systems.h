// Asking ext4, xfs and btrfs how large they are, and letting them grow while they are mounted:
// their own calls, no program.
#pragma once

#include <string>
#include <vector>

#include "common/result.h"
#include "guest/model/file_system_size.h"
#include "guest/system/fd.h"

namespace onectx {

// ext2, ext3, ext4, xfs and btrfs.
[[nodiscard]] bool can_grow(std::string_view type);

// One device of a mounted file system.
struct FileSystemPart {
    std::string device;         // "252:1"
    std::string node;           // empty where nobody said
    unsigned long long id = 0;  // of btrfs
    FileSystemSize size;
};

// Of a directory on it that is open. `device` is its own, which btrfs has none of.
[[nodiscard]] Result<std::vector<FileSystemPart>> file_system_parts(int directory,
                                                                    const std::string& type,
                                                                    const std::string& device);

// As far as its devices allow now. One that cannot become larger is success.
[[nodiscard]] Result<void> grow_file_system(const std::string& mount_point,
                                            const std::string& type);

}  // namespace onectx
