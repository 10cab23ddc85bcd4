// An MBR in which one partition reaches further. A logical partition lies in an extended one, which
// then grows with it, first. Each write is one sector and leaves a whole table.
#include <algorithm>
#include <optional>

#include "common/limits.h"
#include "common/little_endian.h"
#include "common/partition_table_parts.h"

namespace onectx {
namespace {

constexpr unsigned kFirstLogical = 5;
constexpr std::uint64_t kLbaLimit = UINT32_MAX;  // a start or a size has 32 bits

bool is_extended(const MbrEntry& entry)
{
    return entry.type == 0x05 || entry.type == 0x0F || entry.type == 0x85;
}

// An extended boot record: the one partition that it describes, and where the next record is.
struct Record {
    std::uint64_t at = 0;  // its sector
    std::string bytes;
    MbrEntry partition;      // its start counts from this record
    std::uint64_t next = 0;  // 0: the last one
    unsigned number = 0;     // of the partition; 0: it describes none

    [[nodiscard]] Extent extent() const { return {at + partition.start, partition.size}; }
};

struct Mbr {
    std::string bytes;
    std::optional<unsigned> extended;  // index of its entry
    std::vector<Record> records;

    [[nodiscard]] Extent extent(unsigned index) const
    {
        const auto entry = mbr_entry(bytes, index);
        return {entry.start, entry.size};
    }
};

Result<Record> read_record(TableReader& reader, const Extent& extended, std::uint64_t at)
{
    constexpr std::string_view kUnusual = "its extended partition is unusual";
    Record record
    {
        .at = at, .bytes = TRY(reader.read(at))
        , .partition = {}
    };
    if (!is_boot_record(record.bytes)) return fail("its chain of extended partitions is broken");
    record.partition = mbr_entry(record.bytes, 0);
    const auto link = mbr_entry(record.bytes, 1);
    if (is_extended(record.partition) || (link.used() && !is_extended(link)) ||
        mbr_entry(record.bytes, 2).used() || mbr_entry(record.bytes, 3).used())
        return fail(std::string(kUnusual));
    if (link.used()) record.next = extended.start + link.start;
    if (link.used() && (link.start == 0 || record.next >= extended.end()))
        return fail("its chain of extended partitions is broken");
    if (record.partition.used() &&
        (record.partition.start == 0 || record.extent().end() > extended.end()))
        return fail("a logical partition lies outside of the extended one");
    return record;
}

Result<Mbr> read_mbr(TableReader& reader, std::string boot_record)
{
    Mbr mbr{.bytes = std::move(boot_record), .extended = {}, .records = {}};
    for (unsigned index = 0; index < 4; ++index) {
        const auto entry = mbr_entry(mbr.bytes, index);
        if (!entry.used()) continue;
        if (entry.start == 0 || mbr.extent(index).end() > reader.sectors())
            return fail("partition " + std::to_string(index + 1) + " is not on the disk");
        if (!is_extended(entry)) continue;
        if (mbr.extended) return fail("it has two extended partitions");
        mbr.extended = index;
    }
    if (!mbr.extended) return mbr;
    const auto extended = mbr.extent(*mbr.extended);
    auto number = kFirstLogical;
    for (auto at = extended.start; at != 0; at = mbr.records.back().next) {
        if (mbr.records.size() == kMaxLogicalPartitions)
            return fail("its chain of extended partitions does not end");
        mbr.records.push_back(TRY(read_record(reader, extended, at)));
        if (mbr.records.back().partition.used()) mbr.records.back().number = number++;
    }
    return mbr;
}

std::string hex_byte(std::uint8_t byte)
{
    constexpr std::string_view kDigits = "0123456789abcdef";
    return {kDigits[byte >> 4U], kDigits[byte & 15U]};
}

std::string line(unsigned number, const Extent& extent, const MbrEntry& entry)
{
    return std::to_string(number) + " : start=" + std::to_string(extent.start) +
           ", size=" + std::to_string(extent.size) + ", type=" + hex_byte(entry.type) +
           (entry.bootable ? ", bootable\n" : "\n");
}

std::string table_text(const Mbr& mbr)
{
    constexpr std::size_t kDiskId = 440;
    std::string text = "label: dos\nlabel-id: 0x";
    for (const auto i : {3U, 2U, 1U, 0U})
        text += hex_byte(static_cast<std::uint8_t>(mbr.bytes[kDiskId + i]));
    text += "\nunit: sectors\nsector-size: " + std::to_string(mbr.bytes.size()) + "\n\n";
    for (unsigned index = 0; index < 4; ++index)
        if (const auto entry = mbr_entry(mbr.bytes, index); entry.used())
            text += line(index + 1, mbr.extent(index), entry);
    for (const auto& record : mbr.records)
        if (record.number != 0) text += line(record.number, record.extent(), record.partition);
    return text;
}

// The sector with another size in one entry, its end in cylinders as everybody writes it.
std::string with_size(std::string sector, unsigned index, std::uint64_t size, std::uint64_t last)
{
    constexpr std::uint64_t kHeads = 255;
    constexpr std::uint64_t kSectors = 63;
    constexpr std::uint64_t kMaxCylinder = 1023;
    const auto at = kMbrEntries + index * kMbrEntryBytes;
    put_le(sector, at + 12, static_cast<std::uint32_t>(size));
    auto cylinder = last / (kHeads * kSectors);
    auto head = last / kSectors % kHeads;
    auto in_track = last % kSectors + 1;
    if (cylinder > kMaxCylinder) cylinder = kMaxCylinder, head = kHeads - 1, in_track = kSectors;
    sector[at + 5] = static_cast<char>(head);
    sector[at + 6] = static_cast<char>(in_track | (cylinder >> 2U & 0xC0U));
    sector[at + 7] = static_cast<char>(cylinder & 0xFFU);
    return sector;
}

// How far the primary (or extended) partition of this index may reach.
Result<std::uint64_t> limit_of(const Mbr& mbr, unsigned index, std::uint64_t sectors)
{
    std::vector<Extent> others;
    for (unsigned other = 0; other < 4; ++other)
        if (other != index && mbr_entry(mbr.bytes, other).used())
            others.push_back(mbr.extent(other));
    const auto limit = free_until(mbr.extent(index), others, std::min(sectors, kLbaLimit));
    if (!limit) return fail("partitions overlap");
    return *limit;
}

Result<PartitionGrowth> grow_primary(const Mbr& mbr, unsigned index, const TableReader& reader,
                                     PartitionGrowth growth)
{
    const auto entry = mbr_entry(mbr.bytes, index);
    if (!entry.used() || is_extended(entry))
        return fail("it has no partition " + std::to_string(index + 1));
    const auto sector = reader.sector_bytes();
    const auto extent = mbr.extent(index);
    const auto end = grown_end(extent, TRY(limit_of(mbr, index, reader.sectors())), sector);
    growth.start = extent.start * sector;
    growth.from = extent.size * sector;
    growth.to = (end - extent.start) * sector;
    if (end != extent.end())
        growth.writes = {{0, with_size(mbr.bytes, index, end - extent.start, end - 1)}};
    return growth;
}

Result<PartitionGrowth> grow_logical(const Mbr& mbr, unsigned number, const TableReader& reader,
                                     PartitionGrowth growth)
{
    const auto found = std::find_if(mbr.records.begin(), mbr.records.end(),
                                    [&](const Record& r) { return r.number == number; });
    if (found == mbr.records.end()) return fail("it has no partition " + std::to_string(number));
    const auto extended = mbr.extent(*mbr.extended);
    std::vector<Extent> others;  // the other logical ones, and each record with its sector
    for (const auto& record : mbr.records) {
        if (&record == &*found) continue;
        others.push_back({record.at, 1});
        if (record.number != 0) others.push_back(record.extent());
    }
    const auto extent = found->extent();
    const auto limit =
        free_until(extent, others, TRY(limit_of(mbr, *mbr.extended, reader.sectors())));
    if (!limit) return fail("partitions overlap");

    const auto sector = reader.sector_bytes();
    const auto end = grown_end(extent, *limit, sector);
    growth.start = extent.start * sector;
    growth.from = extent.size * sector;
    growth.to = (end - extent.start) * sector;
    if (end == extent.end()) return growth;
    if (end > extended.end())
        growth.writes.push_back(
            {0, with_size(mbr.bytes, *mbr.extended, end - extended.start, end - 1)});
    // The link to this record says how far the partition behind it reaches.
    for (const auto& record : mbr.records)
        if (record.next == found->at)
            growth.writes.push_back(
                {record.at * sector, with_size(record.bytes, 1, end - found->at, end - 1)});
    growth.writes.push_back(
        {found->at * sector, with_size(found->bytes, 0, end - extent.start, end - 1)});
    return growth;
}

}  // namespace

Result<PartitionGrowth> grow_in_mbr(TableReader& reader, std::string boot_record, unsigned number)
{
    const auto mbr = TRY(read_mbr(reader, std::move(boot_record)));
    PartitionGrowth growth{.table = table_text(mbr), .digest = reader.digest(), .writes = {}};
    if (number >= kFirstLogical) return grow_logical(mbr, number, reader, std::move(growth));
    if (number == 0) return fail("it has no partition 0");
    return grow_primary(mbr, number - 1, reader, std::move(growth));
}

}  // namespace onectx
