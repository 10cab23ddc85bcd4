// What is known of mounted file systems and the devices below them, beyond what sysfs says: what
// lies on the devices themselves.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "guest/model/file_system_size.h"
#include "guest/model/luks.h"
#include "guest/model/lvm.h"

namespace onectx {

// One partition as common/partition_table would grow it.
struct PartitionRoom {
    std::uint64_t start = 0;  // bytes, as the table has it; so are the next two
    std::uint64_t from = 0;
    std::uint64_t to = 0;
    bool due = false;    // the table has to be written
    std::string digest;  // of the sectors that say so
    std::string fault;   // why it cannot be grown; then nothing above is known

    bool operator==(const PartitionRoom&) const = default;
};

struct MountedFileSystem {
    std::string mount_point;
    std::string type;    // as /proc/self/mountinfo has it
    std::string device;  // "252:1", the device that it lies on
    FileSystemSize size;

    bool operator==(const MountedFileSystem&) const = default;
};

// Each by the number of a device, "252:1".
struct Storage {
    std::vector<MountedFileSystem> file_systems;  // those that can be grown
    std::map<std::string, PartitionRoom, std::less<>> partitions;
    std::map<std::string, LuksVolume, std::less<>> luks;  // by the device that holds the header
    std::map<std::string, PhysicalVolume, std::less<>> physical_volumes;
};

}  // namespace onectx
