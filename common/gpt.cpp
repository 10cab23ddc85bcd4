// A GPT in which one partition reaches further, its backup at the end of a disk that may have
// grown. The primary header is a single sector, so it changes in one piece; while the primary
// entries are written, it points to those of the backup, which are the same.
#include <algorithm>
#include <array>
#include <optional>

#include "common/limits.h"
#include "common/little_endian.h"
#include "common/partition_table_parts.h"
#include "common/text.h"
#include "common/utf8.h"

namespace onectx {
namespace {

constexpr std::string_view kMagic = "EFI PART";
constexpr std::size_t kSmallestHeader = 92;
constexpr std::size_t kSmallestEntry = 128;
constexpr std::uint64_t kPrimary = 1;  // the sector of the primary header
constexpr std::uint64_t kFirstEntries = 2;

// Where a header has its fields.
enum : std::size_t {
    at_header_bytes = 12,
    at_header_crc = 16,
    at_own_lba = 24,
    at_alternate = 32,
    at_first_usable = 40,
    at_last_usable = 48,
    at_guid = 56,
    at_entries = 72,
    at_entry_count = 80,
    at_entry_bytes = 84,
    at_entries_crc = 88,
};

// CRC-32 of ISO 3309, which UEFI prescribes.
std::uint32_t crc32(std::string_view bytes)
{
    std::uint32_t crc = ~0U;
    for (const char byte : bytes) {
        crc ^= static_cast<std::uint8_t>(byte);
        for (int bit = 0; bit < 8; ++bit)
            crc = crc >> 1U ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
    }
    return ~crc;
}

struct Header {
    std::string sector;

    [[nodiscard]] std::uint64_t number(std::size_t at) const
    {
        return get_le<std::uint64_t>(sector, at);
    }
    [[nodiscard]] std::uint32_t word(std::size_t at) const
    {
        return get_le<std::uint32_t>(sector, at);
    }
    [[nodiscard]] std::size_t entry_bytes() const { return word(at_entry_bytes); }
    [[nodiscard]] std::size_t all_entry_bytes() const
    {
        return word(at_entry_count) * entry_bytes();
    }
    [[nodiscard]] std::uint64_t entry_sectors() const
    {
        return (all_entry_bytes() + sector.size() - 1) / sector.size();
    }

    [[nodiscard]] std::uint32_t own_crc() const
    {
        auto bytes = sector.substr(0, word(at_header_bytes));
        put_le<std::uint32_t>(bytes, at_header_crc, 0);
        return crc32(bytes);
    }
};

// What is wrong with a header that should lie in this sector; empty when it is whole.
std::string fault_of(const Header& header, std::uint64_t lba)
{
    if (!header.sector.starts_with(kMagic)) return "no GPT header";
    const auto bytes = header.word(at_header_bytes);
    if (bytes < kSmallestHeader || bytes > header.sector.size()) return "a header of wrong size";
    if (header.own_crc() != header.word(at_header_crc)) return "a header with a wrong check sum";
    if (header.number(at_own_lba) != lba) return "a header of another place";
    const auto entry = header.entry_bytes();
    if (entry < kSmallestEntry || entry > header.sector.size() * 8 || (entry & (entry - 1)) != 0)
        return "entries of " + std::to_string(entry) + " bytes";
    if (const auto count = header.word(at_entry_count); count == 0 || count > kMaxGptEntries)
        return std::to_string(count) + " entries";
    return "";
}

struct Gpt {
    Header header;
    std::string entries;  // whole sectors

    [[nodiscard]] std::string_view entry(unsigned number) const
    {
        return std::string_view(entries).substr((number - 1) * header.entry_bytes(),
                                                header.entry_bytes());
    }
    [[nodiscard]] bool used(unsigned number) const
    {
        return entry(number).substr(0, 16).find_first_not_of('\0') != std::string_view::npos;
    }
    [[nodiscard]] Extent extent(unsigned number) const
    {
        const auto first = get_le<std::uint64_t>(entry(number), 32);
        const auto last = get_le<std::uint64_t>(entry(number), 40);
        return {first, last + 1 - first};
    }
};

Result<Gpt> read_gpt(TableReader& reader)
{
    Gpt gpt{{TRY(reader.read(kPrimary))}, {}};
    const auto& header = gpt.header;
    if (auto fault = fault_of(header, kPrimary); !fault.empty())
        return fail("the primary GPT is damaged (" + fault + "); gdisk(8) can repair it");
    const auto at = header.number(at_entries);
    if (at < kFirstEntries || at >= reader.sectors() ||
        header.entry_sectors() > reader.sectors() - at)
        return fail("the entries of the GPT are not on the disk");
    if (std::min(at, kFirstEntries) + header.entry_sectors() > header.number(at_first_usable) &&
        at <= header.number(at_last_usable))
        return fail("the entries of the GPT lie among the partitions");
    gpt.entries = TRY(reader.read(at, header.entry_sectors()));
    if (crc32(std::string_view(gpt.entries).substr(0, header.all_entry_bytes())) !=
        header.word(at_entries_crc))
        return fail(
            "the primary GPT is damaged (wrong check sum of its entries); "
            "gdisk(8) can repair it");
    if (header.number(at_last_usable) >= reader.sectors() ||
        header.number(at_first_usable) > header.number(at_last_usable))
        return fail("the GPT is made for a larger disk");
    return gpt;
}

// Those of the other partitions; fails when one does not lie in the place for partitions.
Result<std::vector<Extent>> others_of(const Gpt& gpt, unsigned number)
{
    std::vector<Extent> others;
    for (unsigned other = 1; other <= gpt.header.word(at_entry_count); ++other) {
        if (!gpt.used(other)) continue;
        const auto extent = gpt.extent(other);
        if (extent.start < gpt.header.number(at_first_usable) || extent.size == 0 ||
            extent.end() <= extent.start || extent.end() - 1 > gpt.header.number(at_last_usable))
            return fail("partition " + std::to_string(other) + " lies outside of the usable part");
        if (other != number) others.push_back(extent);
    }
    return others;
}

// --- the text for sfdisk(8)

std::string guid(std::string_view bytes)
{
    std::string ordered;  // the first three parts are numbers in the order of x86
    for (const auto from : {3U, 2U, 1U, 0U, 5U, 4U, 7U, 6U, 8U, 9U, 10U, 11U, 12U, 13U, 14U, 15U})
        ordered += bytes[from];
    auto text = to_upper(to_hex(ordered));
    for (const auto dash : {20U, 16U, 12U, 8U})
        text.insert(dash, "-");
    return text;
}

std::string attributes(std::uint64_t bits)
{
    constexpr std::array<std::string_view, 3> kNames{"RequiredPartition", "NoBlockIOProtocol",
                                                     "LegacyBIOSBootable"};
    constexpr unsigned kFirstOfType = 48;
    constexpr unsigned kBits = 64;
    std::vector<std::string> words;
    for (unsigned bit = 0; bit < kBits; ++bit) {
        if ((bits >> bit & 1U) == 0) continue;
        if (bit < kNames.size()) words.emplace_back(kNames[bit]);
        if (bit >= kFirstOfType) words.push_back("GUID:" + std::to_string(bit));
    }
    return join(words, " ");
}

// UTF-16, which ends at a NUL; half a pair becomes U+FFFD.
std::string partition_name(std::string_view utf16)
{
    constexpr std::uint32_t kReplacement = 0xFFFD;
    std::string name;
    for (std::size_t at = 0; at + 1 < utf16.size(); at += 2) {
        std::uint32_t unit = get_le<std::uint16_t>(utf16, at);
        if (unit == 0) break;
        const bool is_high = unit >= 0xD800U && unit < 0xDC00U && at + 3 < utf16.size();
        const std::uint32_t low = is_high ? get_le<std::uint16_t>(utf16, at + 2) : 0U;
        if (low >= 0xDC00U && low < 0xE000U) {
            unit = 0x10000U + ((unit - 0xD800U) << 10U) + (low - 0xDC00U);
            at += 2;
        }
        name += unit == '"' ? "\\x22" : encode_utf8(is_character(unit) ? unit : kReplacement);
    }
    return printable(name);
}

std::string table_text(const Gpt& gpt)
{
    auto text =
        "label: gpt\nlabel-id: " + guid(gpt.header.sector.substr(at_guid, 16)) +
        "\nunit: sectors\nfirst-lba: " + std::to_string(gpt.header.number(at_first_usable)) +
        "\nlast-lba: " + std::to_string(gpt.header.number(at_last_usable)) +
        "\nsector-size: " + std::to_string(gpt.header.sector.size()) + "\n\n";
    for (unsigned number = 1; number <= gpt.header.word(at_entry_count); ++number) {
        if (!gpt.used(number)) continue;
        const auto entry = gpt.entry(number);
        const auto extent = gpt.extent(number);
        text += std::to_string(number) + " : start=" + std::to_string(extent.start) +
                ", size=" + std::to_string(extent.size) + ", type=" + guid(entry) +
                ", uuid=" + guid(entry.substr(16));
        if (auto name = partition_name(entry.substr(56, 72)); !name.empty())
            text += ", name=\"" + name + "\"";
        if (auto words = attributes(get_le<std::uint64_t>(entry, 48)); !words.empty())
            text += ", attrs=\"" + words + "\"";
        text += "\n";
    }
    return text;
}

// --- growing

// Where the backup goes, and where partitions may then be.
struct End {
    std::uint64_t backup = 0;          // the sector of its header: the last one
    std::uint64_t backup_entries = 0;  // and of its entries
    std::uint64_t last_usable = 0;
};

Result<End> find_end(TableReader& reader, const Header& header)
{
    End end{.backup = reader.sectors() - 1,
            .backup_entries = 0,
            .last_usable = header.number(at_last_usable)};
    end.backup_entries = end.backup - header.entry_sectors();
    if (header.number(at_alternate) == end.backup) {
        const Header backup
        {
            TRY(reader.read(end.backup))
        };
        if (fault_of(backup, end.backup).empty()) end.backup_entries = backup.number(at_entries);
    } else {
        end.last_usable = std::max(end.last_usable, end.backup_entries - 1);
    }
    // The last condition also says that no partition is where the entries go.
    if (end.backup < header.entry_sectors() + kFirstEntries || end.backup_entries >= end.backup ||
        end.backup - end.backup_entries < header.entry_sectors() ||
        end.backup_entries <= end.last_usable)
        return fail("there is no place for the backup GPT at the end of the disk");
    return end;
}

Header header_with(Header header, std::uint64_t own, std::uint64_t alternate, std::uint64_t entries,
                   std::uint64_t last_usable, std::uint32_t entries_crc)
{
    put_le(header.sector, at_own_lba, own);
    put_le(header.sector, at_alternate, alternate);
    put_le(header.sector, at_entries, entries);
    put_le(header.sector, at_last_usable, last_usable);
    put_le(header.sector, at_entries_crc, entries_crc);
    put_le(header.sector, at_header_crc, header.own_crc());
    return header;
}

// The boot record that keeps old programs off, over the whole disk; absent when it is so already.
Result<std::optional<std::string>> protective(std::string boot_record, std::uint64_t sectors)
{
    std::optional<unsigned> index;
    for (unsigned i = 0; i < 4; ++i) {
        const auto entry = mbr_entry(boot_record, i);
        if (entry.type == 0) continue;
        if (entry.type != kProtectiveType || index)
            return fail("a hybrid of GPT and MBR, which other systems read otherwise");
        index = i;
    }
    const auto size = static_cast<std::uint32_t>(std::min<std::uint64_t>(sectors - 1, UINT32_MAX));
    if (!index || mbr_entry(boot_record, *index).size >= size) return std::nullopt;
    put_le(boot_record, kMbrEntries + *index * kMbrEntryBytes + 12, size);
    return boot_record;
}

}  // namespace

Result<PartitionGrowth> grow_in_gpt(TableReader& reader, std::string boot_record, unsigned number)
{
    auto gpt = TRY(read_gpt(reader));
    const auto boot = TRY(protective(std::move(boot_record), reader.sectors()));
    if (number == 0 || number > gpt.header.word(at_entry_count) || !gpt.used(number))
        return fail("it has no partition " + std::to_string(number));
    const auto others = TRY(others_of(gpt, number));
    const auto end = TRY(find_end(reader, gpt.header));
    const auto extent = gpt.extent(number);
    const auto limit = free_until(extent, others, end.last_usable + 1);
    if (!limit) return fail("partitions overlap");

    const auto sector = reader.sector_bytes();
    const auto new_end = grown_end(extent, *limit, sector);
    PartitionGrowth growth{.start = extent.start * sector,
                           .from = extent.size * sector,
                           .to = (new_end - extent.start) * sector,
                           .table = table_text(gpt),
                           .digest = reader.digest(),
                           .writes = {}};
    const auto entries_at = gpt.header.number(at_entries);
    auto write = [&](std::uint64_t at, std::string bytes) {
        growth.writes.push_back({at * sector, std::move(bytes)});
    };
    // Behind the partitions are the entries of the backup only: the last two writes below are
    // missing. Growing once more is for another time.
    if (entries_at > gpt.header.number(at_last_usable)) {
        growth.to = growth.from;
        write(kFirstEntries, gpt.entries);
        write(kPrimary,
              header_with(gpt.header, kPrimary, gpt.header.number(at_alternate), kFirstEntries,
                          gpt.header.number(at_last_usable), gpt.header.word(at_entries_crc))
                  .sector);
        return growth;
    }
    if (growth.to == growth.from) return growth;

    put_le(gpt.entries, (number - 1) * gpt.header.entry_bytes() + 40, new_end - 1);
    const auto crc = crc32(std::string_view(gpt.entries).substr(0, gpt.header.all_entry_bytes()));
    auto header = [&](std::uint64_t own, std::uint64_t alternate, std::uint64_t entries) {
        return header_with(gpt.header, own, alternate, entries, end.last_usable, crc).sector;
    };
    if (boot) write(0, *boot);
    write(end.backup_entries, gpt.entries);
    write(end.backup, header(end.backup, kPrimary, end.backup_entries));
    write(kPrimary, header(kPrimary, end.backup, end.backup_entries));
    write(entries_at, gpt.entries);
    write(kPrimary, header(kPrimary, end.backup, entries_at));
    return growth;
}

}  // namespace onectx
