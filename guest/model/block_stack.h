// The devices that a file system lies on, as sysfs tells: a partition and its disk, what the device
// mapper and md put on top. No name is taken apart to learn what it is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "guest/model/reader.h"

namespace onectx {

struct BlockLayer {
    enum class Kind { disk, partition, luks, lvm, md, other };

    std::string number;  // "252:1"
    std::string node;    // "/dev/vda1", "/dev/mapper/NAME"
    std::uint64_t bytes = 0;
    Kind kind = Kind::disk;
    std::vector<std::string> below;  // numbers of the devices that it lies on

    unsigned partition = 0;   // its number on the disk
    std::uint64_t start = 0;  // of a partition, in bytes
    std::string dm_name;
    std::string dm_uuid;
    std::string md_level;                   // "raid1"
    std::string md_metadata;                // "1.2"
    std::uint64_t md_component = 0;         // bytes of each member that are in use
    std::uint64_t md_chunk = 0;             // bytes; 0: none
    std::vector<std::uint64_t> md_offsets;  // bytes before the data, of each of `below`

    bool operator==(const BlockLayer&) const = default;
};

// What sysfs below /sys/dev/block says of one device. Its fields are absent where it says nothing.
[[nodiscard]] Result<BlockLayer> read_block_layer(std::string_view number, const FileReader& tree);

// The device and all below it, each once, every device after those that it lies on. More than
// kMaxBlockLayers are an error.
[[nodiscard]] Result<std::vector<BlockLayer>> block_stack(std::string_view number,
                                                          const FileReader& tree);

}  // namespace onectx
