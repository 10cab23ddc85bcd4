// What a physical volume says of itself and its group: the label and the text metadata of LVM2.
// Read directly, so that nothing depends on the words of a tool.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "common/byte_source.h"

namespace onectx {

struct PhysicalVolume {
    std::string group;               // the name of its volume group
    std::uint64_t extent_bytes = 0;  // of the group
    std::uint64_t start = 0;         // of the first extent, in bytes
    std::uint64_t extents = 0;       // that it has
    std::uint64_t free_extents = 0;  // of the whole group
    // Volumes of the group that have one linear or striped segment after the other: name by UUID
    // without dashes.
    std::map<std::string, std::string, std::less<>> volumes;

    bool operator==(const PhysicalVolume&) const = default;
};

// Absent when the device is no physical volume of a group, or its metadata cannot be understood.
[[nodiscard]] std::optional<PhysicalVolume> read_physical_volume(const ByteSource& device);

}  // namespace onectx
