// See file_system_size.h.
#include "guest/model/file_system_size.h"

#include <algorithm>

#include "common/little_endian.h"

namespace onectx {
namespace {

constexpr std::size_t kSuperblockBytes = 1024;

std::uint64_t divided(std::uint64_t number, std::uint64_t by)
{
    return (number + by - 1) / by;
}

}  // namespace

std::uint64_t blocks_on(const FileSystemSize& size, std::uint64_t device_bytes)
{
    if (size.block_bytes == 0) return size.blocks;
    auto blocks = device_bytes / size.block_bytes;
    if (size.most_blocks != 0) blocks = std::min(blocks, size.most_blocks);
    if (size.group_blocks != 0 && blocks > size.first_block) {
        const auto rest = (blocks - size.first_block) % size.group_blocks;
        if (rest < size.last_group) blocks -= rest;
    }
    return std::max(blocks, size.blocks);
}

std::optional<FileSystemSize> ext_size(std::string_view superblock)
{
    constexpr std::size_t kMagicAt = 56;
    constexpr std::uint16_t kMagic = 0xEF53;
    constexpr std::uint32_t k64Bit = 0x80;         // s_feature_incompat
    constexpr std::uint32_t kLargestLogBlock = 6;  // 64 KiB
    constexpr std::uint64_t kSpare = 50;           // blocks for data that resize2fs asks for too
    if (superblock.size() < kSuperblockBytes ||
        get_le<std::uint16_t>(superblock, kMagicAt) != kMagic)
        return std::nullopt;
    auto word = [&](std::size_t at) {
        return std::uint64_t{get_le<std::uint32_t>(superblock, at)};
    };
    const auto log_block = word(24);
    const auto blocks_per_group = word(32);
    const auto inodes_per_group = word(40);
    if (log_block > kLargestLogBlock || blocks_per_group == 0) return std::nullopt;
    const bool is_64bit = (word(96) & k64Bit) != 0;
    const auto block = std::uint64_t{1024} << log_block;
    const auto inode = std::max<std::uint64_t>(get_le<std::uint16_t>(superblock, 88), 128);
    const auto descriptor =
        std::uint64_t{is_64bit ? get_le<std::uint16_t>(superblock, 254) : std::uint16_t{32}};

    FileSystemSize size{.blocks = word(4),
                        .block_bytes = static_cast<std::uint32_t>(block),
                        .first_block = word(20),
                        .group_blocks = blocks_per_group,
                        .most_blocks = is_64bit ? 0 : UINT32_MAX};
    if (is_64bit) size.blocks |= word(336) << 32U;
    // A group holds two bitmaps, a table of inodes, and perhaps a copy of superblock, descriptors
    // and the room kept for more of them.
    const auto groups = divided(size.blocks, blocks_per_group);
    size.last_group = 2 + divided(inodes_per_group * inode, block) + 1 +
                      divided(groups * std::max<std::uint64_t>(descriptor, 32), block) +
                      get_le<std::uint16_t>(superblock, 206) + kSpare;
    return size;
}

}  // namespace onectx
