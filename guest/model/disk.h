// The effects on disks and mounts; alternatives of Change (change.h).
#pragma once

#include <cstdint>
#include <string>

namespace onectx {

// The partition reaches as far as common/partition_table lets it. The table as it was is written to
// `path` first, as sfdisk(8) reads it; the kernel is told last. Only a table whose sectors are
// those that this was planned from is touched.
struct GrowPartition {
    std::string disk;  // "/dev/vda"
    unsigned number = 0;
    std::uint64_t from = 0;  // bytes, as the kernel has it
    std::uint64_t to = 0;
    std::string planned_from;  // PartitionGrowth::digest
    std::string path;          // of the saved table: "/var/lib/onectx/vda.sfdisk"

    bool operator==(const GrowPartition&) const = default;
};

// The mounted file system takes all of its device that it can, online. One that does already is
// left alone.
struct GrowFileSystem {
    std::string mount_point;
    std::string type;        // "ext4", "xfs", "btrfs"
    std::uint64_t from = 0;  // bytes
    std::uint64_t to = 0;    // when all below it has grown as planned

    bool operator==(const GrowFileSystem&) const = default;
};

// Mounted without set-user-id and devices. No link is followed on the way to the target, which
// exists.
struct Mount {
    std::string source;
    std::string target;
    std::string type;

    bool operator==(const Mount&) const = default;
};

struct Unmount {  // what Mount made; not an error when it is not there
    std::string source;
    std::string target;
    std::string type;

    bool operator==(const Unmount&) const = default;
};

}  // namespace onectx
