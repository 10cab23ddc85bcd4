// How large a file system is and how large it can become: pure arithmetic on what ext4, xfs and
// btrfs say of themselves.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace onectx {

struct FileSystemSize {
    std::uint64_t blocks = 0;        // that it has
    std::uint32_t block_bytes = 0;   // 0: nothing is known
    std::uint64_t first_block = 0;   // where the first group begins
    std::uint64_t group_blocks = 0;  // it grows by groups of so many; 0: by blocks
    std::uint64_t last_group = 0;    // the fewest blocks that the last group can have
    std::uint64_t most_blocks = 0;   // that its format allows; 0: no limit

    [[nodiscard]] std::uint64_t bytes() const { return blocks * block_bytes; }

    bool operator==(const FileSystemSize&) const = default;
};

// The blocks that it can have on a device of this size; never fewer than it has.
[[nodiscard]] std::uint64_t blocks_on(const FileSystemSize& size, std::uint64_t device_bytes);

// Of an ext2, ext3 or ext4 superblock, the 1024 bytes at offset 1024 of its device. Absent when it
// is none.
[[nodiscard]] std::optional<FileSystemSize> ext_size(std::string_view superblock);

}  // namespace onectx
