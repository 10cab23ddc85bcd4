// See partition_table.h: what both kinds share, and which one a disk has.
#include "common/partition_table.h"

#include <algorithm>

#include "common/digest.h"
#include "common/little_endian.h"
#include "common/partition_table_parts.h"

namespace onectx {
namespace {

constexpr std::uint64_t kAlignment = 1U << 20U;
constexpr unsigned kSmallestSector = 512;
constexpr unsigned kLargestSector = 4096;

bool is_gpt(std::string_view boot_record)
{
    for (unsigned index = 0; index < 4; ++index)
        if (mbr_entry(boot_record, index).type == kProtectiveType) return true;
    return false;
}

}  // namespace

Result<std::string> TableReader::read(std::uint64_t sector, std::uint64_t count)
{
    std::string bytes(count * sector_bytes_, '\0');
    TRY(disk_.read_at(sector * sector_bytes_, std::as_writable_bytes(std::span(bytes))));
    seen_ += bytes;
    return bytes;
}

std::string TableReader::digest() const
{
    return sha256_hex(seen_);
}

std::uint64_t grown_end(const Extent& extent, std::uint64_t limit, unsigned sector_bytes)
{
    const auto aligned = limit - limit % (kAlignment / sector_bytes);
    return std::max(aligned, extent.end());
}

std::optional<std::uint64_t> free_until(const Extent& extent, const std::vector<Extent>& others,
                                        std::uint64_t limit)
{
    for (const auto& other : others) {
        if (other.start < extent.end() && extent.start < other.end()) return std::nullopt;
        if (other.start >= extent.end()) limit = std::min(limit, other.start);
    }
    return limit;
}

bool is_boot_record(std::string_view sector)
{
    constexpr std::size_t kMagic = 510;
    return get_le<std::uint16_t>(sector, kMagic) == 0xAA55U;
}

MbrEntry mbr_entry(std::string_view sector, unsigned index)
{
    const auto entry = sector.substr(kMbrEntries + index * kMbrEntryBytes, kMbrEntryBytes);
    return {.bootable = (static_cast<std::uint8_t>(entry[0]) & 0x80U) != 0,
            .type = static_cast<std::uint8_t>(entry[4]),
            .start = get_le<std::uint32_t>(entry, 8),
            .size = get_le<std::uint32_t>(entry, 12)};
}

Result<PartitionGrowth> grow_partition(const ByteSource& disk, unsigned sector_bytes,
                                       unsigned number)
{
    if (sector_bytes < kSmallestSector || sector_bytes > kLargestSector ||
        (sector_bytes & (sector_bytes - 1)) != 0)
        return fail("sectors of " + std::to_string(sector_bytes) + " bytes");
    TableReader reader(disk, sector_bytes);
    auto boot_record = TRY(reader.read(0));
    if (!is_boot_record(boot_record)) return fail("it is neither GPT nor MBR");
    return is_gpt(boot_record) ? grow_in_gpt(reader, std::move(boot_record), number)
                               : grow_in_mbr(reader, std::move(boot_record), number);
}

}  // namespace onectx
