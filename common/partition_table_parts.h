// What the two kinds of partition tables share. For common/partition_table, gpt and mbr only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/byte_source.h"
#include "common/partition_table.h"
#include "common/result.h"

namespace onectx {

// Sectors of a disk, and all that was read of them, for the digest.
class TableReader {
  public:
    TableReader(const ByteSource& disk, unsigned sector_bytes)
        : disk_(disk), sector_bytes_(sector_bytes)
    {
    }

    [[nodiscard]] Result<std::string> read(std::uint64_t sector, std::uint64_t count = 1);
    [[nodiscard]] unsigned sector_bytes() const { return sector_bytes_; }
    [[nodiscard]] std::uint64_t sectors() const { return disk_.size() / sector_bytes_; }
    [[nodiscard]] std::string digest() const;

  private:
    const ByteSource& disk_;
    unsigned sector_bytes_;
    std::string seen_;
};

struct Extent {  // in sectors
    std::uint64_t start = 0;
    std::uint64_t size = 0;

    [[nodiscard]] std::uint64_t end() const { return start + size; }
};

// Where the extent may end when everything from `limit` on is taken: at a whole MiB, or where it
// ends now.
[[nodiscard]] std::uint64_t grown_end(const Extent& extent, std::uint64_t limit,
                                      unsigned sector_bytes);

// The first start behind the extent, or `limit`. Absent when another one overlaps it.
[[nodiscard]] std::optional<std::uint64_t> free_until(const Extent& extent,
                                                      const std::vector<Extent>& others,
                                                      std::uint64_t limit);

inline constexpr std::size_t kMbrEntries = 446;  // where the four entries of a boot record begin
inline constexpr std::size_t kMbrEntryBytes = 16;
inline constexpr std::uint8_t kProtectiveType = 0xEE;

// Type and place of an entry of a boot record: 0 to 3.
struct MbrEntry {
    bool bootable = false;
    std::uint8_t type = 0;
    std::uint32_t start = 0;
    std::uint32_t size = 0;

    [[nodiscard]] bool used() const { return type != 0 && size != 0; }
};
[[nodiscard]] MbrEntry mbr_entry(std::string_view sector, unsigned index);
[[nodiscard]] bool is_boot_record(std::string_view sector);

[[nodiscard]] Result<PartitionGrowth> grow_in_gpt(TableReader& reader, std::string boot_record,
                                                  unsigned number);
[[nodiscard]] Result<PartitionGrowth> grow_in_mbr(TableReader& reader, std::string boot_record,
                                                  unsigned number);

}  // namespace onectx
