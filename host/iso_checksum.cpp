// See iso_checksum.h. The form of the records is that of libisofs' doc/checksums.txt:
// "MAGIC pos=# range_start=# range_size=# [session_start=#|next=#] md5=HEX self=HEX", numbers in
// blocks, self the MD5 of the text before " self=".
#include "host/iso_checksum.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "common/digest.h"
#include "common/digest_stream.h"
#include "common/iso_volume.h"
#include "common/text.h"

namespace onectx {
namespace {

constexpr std::string_view kRelocated = "libisofs_rlsb32_checksum_tag_v1";
constexpr std::string_view kSuperblock = "libisofs_sb_checksum_tag_v1";
constexpr std::string_view kTree = "libisofs_tree_checksum_tag_v1";
constexpr std::string_view kSession = "libisofs_checksum_tag_v1";

constexpr std::uint64_t kFirstDescriptor = 16;  // sectors of a session; ECMA-119, 6.2.1
constexpr std::uint64_t kEndOfSuperblock = 32;  // what libisofs reserves for it

struct Tag {
    IsoChecksum checksum;
    std::uint64_t next = 0;           // where the next record stands
    std::uint64_t session_start = 0;  // of the session that a relocated superblock describes
};

Failure damaged(std::uint64_t sector)
{
    return fail("the MD5 record in sector " + std::to_string(sector) + " is damaged");
}

// A word as "name=value"; false when it is another's or no number.
bool take_number(std::string_view word, std::string_view name, std::uint64_t& number)
{
    if (!word.starts_with(name)) return false;
    const auto value = parse_number(word.substr(name.size()), 0, UINT32_MAX);
    if (value) number = *value;
    return value.has_value();
}

// The record in a sector; absent when another magic stands there, or none.
Result<std::optional<Tag>> read_tag(const ByteSource& source, std::uint64_t sector,
                                    std::string_view magic, std::string_view covers)
{
    const auto bytes = TRY(read_iso_sector(source, sector));
    const auto text = text_of(bytes);
    if (!text.starts_with(magic) || text[magic.size()] != ' ') return std::nullopt;
    const auto line = text.substr(0, text.find('\n'));
    const auto self = line.find(" self=");
    if (self == std::string_view::npos ||
        line.substr(self + 6) != to_hex(md5(line.substr(0, self))))
        return damaged(sector);
    Tag tag;
    tag.checksum.covers = covers;
    std::uint64_t position = 0;
    for (auto word : split(line.substr(0, self), ' ')) {
        take_number(word, "pos=", position);
        take_number(word, "range_start=", tag.checksum.block);
        take_number(word, "range_size=", tag.checksum.blocks);
        take_number(word, "next=", tag.next);
        take_number(word, "session_start=", tag.session_start);
        if (word.starts_with("md5=")) tag.checksum.md5 = word.substr(4);
    }
    const auto end = tag.checksum.block + tag.checksum.blocks;
    if (position != sector || end > sector || tag.checksum.md5.size() != 32) return damaged(sector);
    return tag;
}

// The record of a superblock: it stands behind the volume descriptors, in no fixed sector.
Result<std::optional<Tag>> find_superblock_tag(const ByteSource& source, std::uint64_t session,
                                               std::string_view magic, std::string_view covers)
{
    for (auto sector = session + kFirstDescriptor; sector < session + kEndOfSuperblock; ++sector) {
        if ((sector + 1) * kIsoSector > source.size()) break;
        if (auto tag = TRY(read_tag(source, sector, magic, covers))) return tag;
    }
    return std::nullopt;
}

// The record that another one announced.
Result<Tag> read_next_tag(const ByteSource& source, std::uint64_t sector, std::string_view magic,
                          std::string_view covers)
{
    auto tag = TRY(read_tag(source, sector, magic, covers));
    if (!tag) return damaged(sector);
    return *tag;
}

}  // namespace

Result<std::vector<IsoChecksum>> find_iso_checksums(const ByteSource& source)
{
    std::vector<IsoChecksum> found;
    std::uint64_t session = 0;
    // Where sessions can be added, the first 32 sectors hold a copy of the newest superblock.
    const auto relocated = TRY(find_superblock_tag(source, 0, kRelocated, "relocated superblock"));
    if (relocated) {
        found.push_back(relocated->checksum);
        session = relocated->session_start;
    }
    const auto superblock = TRY(find_superblock_tag(source, session, kSuperblock, "superblock"));
    if (!superblock) {
        if (relocated) return damaged(session + kFirstDescriptor);
        return found;
    }
    found.push_back(superblock->checksum);
    const auto tree = TRY(read_next_tag(source, superblock->next, kTree, "directory tree"));
    found.push_back(tree.checksum);
    found.push_back(TRY(read_next_tag(source, tree.next, kSession, "session")).checksum);
    return found;
}

std::optional<std::string> session_md5(const std::vector<IsoChecksum>& checksums)
{
    const auto session = std::find_if(checksums.begin(), checksums.end(),
                                      [](const auto& sum) { return sum.covers == "session"; });
    if (session == checksums.end()) return std::nullopt;
    return session->md5;
}

Result<bool> is_intact(const ByteSource& source, const IsoChecksum& checksum)
{
    constexpr std::uint64_t kBlocksAtOnce = 32;
    std::vector<std::byte> buffer(kBlocksAtOnce * kIsoSector);
    DigestStream digest(DigestKind::md5);
    for (std::uint64_t done = 0; done < checksum.blocks;) {
        const auto blocks = std::min(kBlocksAtOnce, checksum.blocks - done);
        const auto piece = std::span(buffer).first(blocks * kIsoSector);
        TRY(source.read_at((checksum.block + done) * kIsoSector, piece));
        digest.add(text_of(piece));
        done += blocks;
    }
    return digest.finish_hex() == checksum.md5;
}

}  // namespace onectx
