// See iso_image.h. Section numbers are those of ECMA-119.
#include "common/iso_image.h"

#include <algorithm>
#include <optional>
#include <tuple>

#include "common/iso_record.h"
#include "common/iso_rockridge.h"
#include "common/iso_volume.h"
#include "common/limits.h"
#include "common/text.h"

namespace onectx {
namespace {

constexpr std::size_t kChunk = 64U << 10U;  // bytes read at once

enum class Names { rock_ridge, joliet, plain };

IsoType type_of(const IsoRecord& record, const RockRidge& fields)
{
    constexpr std::uint32_t kTypeBits = 0170000;  // inode(7)
    constexpr std::uint32_t kRegular = 0100000;
    constexpr std::uint32_t kDirectory = 0040000;
    constexpr std::uint32_t kLink = 0120000;
    switch (fields.posix ? fields.posix->mode & kTypeBits : 0) {
        case 0: return record.directory || fields.child ? IsoType::directory : IsoType::regular;
        case kRegular: return IsoType::regular;
        case kDirectory: return IsoType::directory;
        case kLink: return IsoType::symlink;
        default: return IsoType::other;
    }
}

// Why an entry is left out although its name is fine; absent when it is not.
std::optional<std::string_view> objection_to(const IsoRecord& record, const RockRidge& fields)
{
    const auto type = type_of(record, fields);
    if ((type == IsoType::directory) != (record.directory || fields.child.has_value()))
        return "is a directory here and none there";
    if (type == IsoType::symlink) {
        if (!fields.target || fields.target->empty()) return "is a link without a target";
        if (fields.target->size() > kMaxPathBytes) return "its target is too long";
        if (fields.target->find('\0') != std::string::npos) return "its target holds a NUL byte";
    }
    if (type != IsoType::regular) return std::nullopt;
    if (record.interleaved) return "is interleaved";
    if (fields.compressed) return "is compressed (zisofs)";
    if (fields.sparse) return "is recorded as a sparse file";
    return std::nullopt;
}

// Walks the tree of directories and fills an IsoImage.
class Walker {
  public:
    Walker(const ByteSource& source, IsoImage& image) : source_(source), image_(image) {}

    Result<void> walk_all(const IsoVolume& volume);
    Result<void> walk_joliet(const IsoVolume& volume);

  private:
    struct Child {
        std::string name;
        std::size_t record = 0;  // its number on the image: of two of one name the first counts
        IsoEntry entry;
        IsoDirectory directory;  // when it is one
    };

    Result<void> detect_rock_ridge(const IsoDirectory& root);
    Result<void> walk(const IsoDirectory& directory);
    Result<std::vector<Child>> list(const IsoDirectory& directory);
    Result<void> add_record(const IsoDirectory& directory, const IsoRecord& record,
                            std::vector<Child>& children);
    Result<void> add_extent(const IsoRecord& record, IsoEntry& entry);
    Result<std::optional<Child>> make_child(const IsoDirectory& directory, const IsoRecord& record);
    Result<IsoDirectory> moved_directory(std::uint32_t block) const;
    std::string recorded_name(const IsoRecord& record) const;
    void leave_out(const std::string& path, std::string_view why);

    const ByteSource& source_;
    IsoImage& image_;
    Names names_ = Names::plain;
    SuspSkip skip_;
    IsoBudget budget_;
    std::size_t records_ = 0;
    std::uint64_t file_bytes_ = 0;
    std::vector<std::uint64_t> ancestors_;  // blocks of the directories that are being walked

    // The file of which more parts follow, and whether it was left out.
    std::string part_of_;
    bool parts_wanted_ = false;
};

Result<void> Walker::walk_all(const IsoVolume& volume)
{
    TRY(detect_rock_ridge(volume.root));
    if (names_ == Names::plain && volume.joliet_root) names_ = Names::joliet;
    return walk(names_ == Names::joliet ? *volume.joliet_root : volume.root);
}

Result<void> Walker::walk_joliet(const IsoVolume& volume)
{
    if (!volume.joliet_root) return fail("it has no Joliet tree");
    names_ = Names::joliet;
    return walk(*volume.joliet_root);
}

Result<void> Walker::detect_rock_ridge(const IsoDirectory& root)
{
    const auto sector = TRY(in_context("root directory", read_iso_sector(source_, root.block)));
    const auto self = TRY(in_context("root directory", parse_iso_record(sector)));
    const auto skip = find_susp(self.system_use);
    if (!skip) return {};
    const auto fields = TRY(in_context(
        "root directory", read_rock_ridge(source_, self.system_use, skip->in_first, budget_)));
    if (!fields.announced) return {};
    skip_ = *skip;
    names_ = Names::rock_ridge;
    image_.rock_ridge = true;
    return {};
}

Result<void> Walker::walk(const IsoDirectory& directory)
{
    if (ancestors_.size() > kMaxIsoDepth)
        return fail("directories more than " + std::to_string(kMaxIsoDepth) + " deep");
    if (std::find(ancestors_.begin(), ancestors_.end(), directory.block) != ancestors_.end())
        return fail(printable(directory.path) + ": contains itself");
    ancestors_.push_back(directory.block);
    const std::string shown = directory.path.empty() ? "/" : directory.path;
    auto children = TRY(in_context(printable(shown), list(directory)));
    std::sort(children.begin(), children.end(), [](const Child& a, const Child& b) {
        return std::tie(a.name, a.record) < std::tie(b.name, b.record);
    });
    const std::string* previous = nullptr;
    for (auto& child : children) {
        if (previous && *previous == child.name) {
            leave_out(child.entry.path, "stands there twice");
            continue;
        }
        previous = &child.name;
        const bool is_directory = child.entry.type == IsoType::directory;
        image_.entries.push_back(std::move(child.entry));
        if (is_directory) TRY(walk(child.directory));
    }
    ancestors_.pop_back();
    return {};
}

Result<std::vector<Walker::Child>> Walker::list(const IsoDirectory& directory)
{
    std::vector<Child> children;
    part_of_.clear();
    const std::uint64_t sectors = (directory.size + kIsoSector - 1) / kIsoSector;
    for (std::uint64_t i = 0; i < sectors; ++i) {
        TRY(budget_.spend(kIsoSector));
        const auto sector = TRY(read_iso_sector(source_, directory.block + i));
        // Records do not cross sectors; a zero stands where the rest of a sector is unused (6.8.1).
        for (Bytes rest(sector); !rest.empty() && byte_at(rest, 0) != 0;
             rest = rest.subspan(byte_at(rest, 0))) {
            const auto record = TRY(parse_iso_record(rest));
            TRY(add_record(directory, record, children));
        }
    }
    if (!part_of_.empty()) return fail("the last part of a file is missing");
    return children;
}

Result<void> Walker::add_record(const IsoDirectory& directory, const IsoRecord& record,
                                std::vector<Child>& children)
{
    if (record.is_self() || record.is_parent() || record.associated) return {};
    if (++records_ > kMaxIsoEntries)
        return fail("the image has more than " + std::to_string(kMaxIsoEntries) + " entries");
    if (part_of_.empty()) {
        auto child = TRY(make_child(directory, record));
        parts_wanted_ = child.has_value();
        if (child) children.push_back(std::move(*child));
    } else if (record.name != part_of_) {
        return fail("the last part of a file is missing");
    }
    if (record.more_follow)
        part_of_ = record.name;
    else
        part_of_.clear();
    if (!parts_wanted_ || children.back().entry.type != IsoType::regular) return {};
    const auto added = add_extent(record, children.back().entry);
    if (!added) return Failure(in_context(printable(children.back().name), added.error()));
    return {};
}

Result<std::optional<Walker::Child>> Walker::make_child(const IsoDirectory& directory,
                                                        const IsoRecord& record)
{
    RockRidge fields;
    if (names_ == Names::rock_ridge) {
        auto read = read_rock_ridge(source_, record.system_use, skip_.in_others, budget_);
        if (!read) return Failure(in_context(printable(record.name), read.error()));
        fields = std::move(*read);
    }
    if (fields.moved_here) return std::nullopt;
    Child child;
    child.name = fields.name ? std::move(*fields.name) : recorded_name(record);
    child.record = records_;
    auto& entry = child.entry;
    entry.path = directory.path + "/" + child.name;
    TRY(budget_.spend(entry.path.size() + (fields.target ? fields.target->size() : 0)));
    std::optional<std::string_view> objection = objection_to_name(child.name);
    if (fields.special_name) objection = "its name stands for a directory";
    if (!objection && entry.path.size() > kMaxPathBytes) objection = "its path is too long";
    if (!objection) objection = objection_to(record, fields);
    if (objection) {
        leave_out(entry.path, *objection);
        return std::nullopt;
    }
    entry.type = type_of(record, fields);
    entry.mtime = fields.mtime.value_or(record.mtime);
    if (fields.posix) {
        entry.mode = fields.posix->mode & 07777U;
        entry.uid = fields.posix->uid;
        entry.gid = fields.posix->gid;
    }
    if (entry.type == IsoType::symlink) entry.target = std::move(*fields.target);
    if (entry.type == IsoType::directory) {
        child.directory = fields.child ? TRY(moved_directory(*fields.child))
                                       : IsoDirectory{"", record.block, record.size};
                                       child.directory.path = entry.path;
    }
    return child;
}

// A directory that Rock Ridge moved up to keep within the eight levels of 6.8.2.1 tells its size in
// its own first record only.
Result<IsoDirectory> Walker::moved_directory(std::uint32_t block) const
{
    const auto sector = TRY(read_iso_sector(source_, block));
    const auto self = TRY(parse_iso_record(sector));
    if (!self.is_self() || !self.directory || self.block != block)
        return fail("no directory at block " + std::to_string(block));
    return IsoDirectory{"", block, self.size};
}

Result<void> Walker::add_extent(const IsoRecord& record, IsoEntry& entry)
{
    if (record.size == 0) return {};
    // Linux maps a file sector by sector, so only its last part may end inside one.
    if (record.more_follow && record.size % kIsoSector != 0)
        return fail("a part of it ends inside a sector");
    const std::uint64_t offset = record.block * kIsoSector;
    if (offset > source_.size() || record.size > source_.size() - offset)
        return fail("reaches beyond the end of the image");
    file_bytes_ += record.size;
    if (file_bytes_ > kMaxIsoBytes)
        return fail("the files together are larger than " + std::to_string(kMaxIsoBytes >> 30U) +
                    " GiB");
    entry.extents.push_back({offset, record.size});
    entry.size += record.size;
    return {};
}

std::string Walker::recorded_name(const IsoRecord& record) const
{
    return names_ == Names::joliet ? joliet_name(record.name) : plain_iso_name(record.name);
}

void Walker::leave_out(const std::string& path, std::string_view why)
{
    if (image_.problems.size() >= kMaxDiagnostics) {
        ++image_.unlisted;
        return;
    }
    image_.problems.push_back(printable(std::string_view(path).substr(0, kMaxPathBytes)) + ": " +
                              std::string(why));
}

IsoImage image_of(const IsoVolume& volume)
{
    IsoImage image;
    image.label = volume.label;
    image.size = volume.size;
    image.joliet = volume.joliet_root.has_value();
    return image;
}

}  // namespace

const IsoEntry* IsoImage::find(std::string_view path) const
{
    const auto found = std::find_if(entries.begin(), entries.end(),
                                    [&](const IsoEntry& entry) { return entry.path == path; });
    return found == entries.end() ? nullptr : &*found;
}

Result<IsoImage> open_iso(const ByteSource& source)
{
    const auto volume = TRY(read_iso_volume(source));
    auto image = image_of(volume);
    TRY(Walker(source, image).walk_all(volume));
    // Not an error: what was cut off may be the padding, and all the files are there.
    if (image.size > source.size())
        image.problems.push_back("the image is cut off: " + std::to_string(source.size()) + " of " +
                                 std::to_string(image.size) + " bytes");
    return image;
}

Result<IsoImage> open_iso_joliet(const ByteSource& source)
{
    const auto volume = TRY(read_iso_volume(source));
    auto image = image_of(volume);
    TRY(Walker(source, image).walk_joliet(volume));
    return image;
}

Result<std::string> read_file(const ByteSource& source, const IsoEntry& entry, std::size_t limit)
{
    if (entry.size > limit)
        return fail(printable(entry.path) + ": larger than " + std::to_string(limit) + " bytes");
    std::string content;
    content.reserve(entry.size);
    TRY(read_file(source, entry, [&](std::string_view piece) -> Result<void> {
        content += piece;
        return {};
    }));
    return content;
}

Result<void> read_file(const ByteSource& source, const IsoEntry& entry, const TakeBytes& take)
{
    const auto name = printable(entry.path);
    if (entry.type != IsoType::regular) return fail(name + ": is no regular file");
    std::vector<std::byte> buffer(std::min<std::uint64_t>(kChunk, entry.size));
    for (const auto& extent : entry.extents) {
        for (std::uint64_t done = 0; done < extent.size;) {
            const auto piece = std::span(buffer).first(
                static_cast<std::size_t>(std::min<std::uint64_t>(kChunk, extent.size - done)));
            TRY(in_context(name, source.read_at(extent.offset + done, piece)));
            TRY(take(text_of(piece)));
            done += piece.size();
        }
    }
    return {};
}

}  // namespace onectx
