// See image_check.h.
#include "host/image_check.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include "common/iso_image.h"
#include "common/iso_record.h"
#include "common/text.h"
#include "host/content_reader.h"
#include "host/joliet.h"

namespace onectx {
namespace {

constexpr std::uint64_t kSampleBytes = 32U << 10U;  // at each end of a file

using EntriesByPath = std::unordered_map<std::string_view, const IsoEntry*>;

Failure differs(std::string_view what)
{
    return fail("the image differs from what was written: " + printable(what));
}

IsoType type_of(const TreeEntry& entry)
{
    return std::holds_alternative<DirectoryEntry>(entry.content) ? IsoType::directory
                                                                 : IsoType::regular;
}

bool has_attributes(const IsoEntry& entry, const TreeEntry& expected, const ImageSettings& settings)
{
    return entry.type == type_of(expected) && entry.mode == expected.mode && entry.uid == 0 &&
           entry.gid == 0 && entry.mtime == static_cast<std::int64_t>(settings.time);
}

// Bytes of a file on the image, which may cross the border of two extents.
Result<void> read_part(const ByteSource& source, const IsoEntry& entry, std::uint64_t from,
                       std::span<std::byte> into)
{
    for (const auto& extent : entry.extents) {
        if (from < extent.size && !into.empty()) {
            auto count = std::min<std::uint64_t>(into.size(), extent.size - from);
            auto part = into.first(static_cast<std::size_t>(count));
            TRY(source.read_at(extent.offset + from, part));
            into = into.subspan(part.size());
            from += count;
        }
        from -= std::min(from, extent.size);
    }
    return into.empty() ? Result<void>{} : fail("the end came too early");
}

// Whether `size` bytes from `from` on are the same.
Result<bool> is_same_part(const ByteSource& source, const IsoEntry& entry, ContentReader& reader,
                          std::uint64_t from, std::uint64_t size)
{
    std::vector<std::byte> found(static_cast<std::size_t>(size));
    std::vector<char> expected(found.size());
    TRY(read_part(source, entry, from, found));
    reader.seek(from);
    TRY(reader.read(expected));
    return std::string_view(expected.data(), expected.size()) == text_of(found);
}

Result<bool> has_content(const ByteSource& source, const IsoEntry& entry, const TreeEntry& expected)
{
    if (type_of(expected) == IsoType::directory) return true;
    ContentReader reader(expected);
    const auto size = reader.size();
    if (entry.size != size) return false;
    const bool from_memory = std::holds_alternative<std::string>(expected.content);
    const auto sample = from_memory ? size : std::min(size, kSampleBytes);
    if (sample == 0) return true;
    TRY(reader.open());
    if (!TRY(is_same_part(source, entry, reader, 0, sample))) return false;
    const auto rest = std::min(size - sample, kSampleBytes);
    return rest == 0 || TRY(is_same_part(source, entry, reader, size - rest, rest));
}

// The first file that shares bytes with another one; nullptr when all are apart.
const IsoEntry* find_overlap(const IsoImage& image)
{
    struct Place {
        IsoExtent extent;
        const IsoEntry* entry;
    };
    std::vector<Place> places;
    for (const auto& entry : image.entries) {
        for (const auto& extent : entry.extents)
            places.push_back({extent, &entry});
    }
    std::sort(places.begin(), places.end(),
              [](const Place& a, const Place& b) { return a.extent.offset < b.extent.offset; });
    for (std::size_t i = 1; i < places.size(); ++i) {
        const auto& before = places[i - 1].extent;
        if (before.offset + before.size > places[i].extent.offset) return places[i].entry;
    }
    return nullptr;
}

EntriesByPath by_path(const IsoImage& image)
{
    EntriesByPath entries;
    for (const auto& entry : image.entries)
        entries.emplace(std::string_view(entry.path).substr(1), &entry);
    return entries;
}

const IsoEntry* find(const EntriesByPath& entries, std::string_view path)
{
    auto found = entries.find(path);
    return found == entries.end() ? nullptr : found->second;
}

// The tree that Windows reads leads to the same bytes.
Result<void> check_joliet(const ByteSource& source, const ImageTree& tree,
                          const EntriesByPath& entries)
{
    const auto joliet = TRY(in_context("read the image again", open_iso_joliet(source)));
    if (joliet.entries.size() != tree.size()) return differs("number of files in Joliet");
    const auto joliet_entries = by_path(joliet);
    for (const auto& expected : tree) {
        const auto* entry = find(joliet_entries, joliet_path(expected.path));
        if (!entry || entry->type != type_of(expected) ||
            entry->extents != entries.at(expected.path)->extents)
            return differs(expected.path + " in Joliet");
    }
    return {};
}

}  // namespace

Result<void> check_image(const ByteSource& source, const ImageTree& tree,
                         const ImageSettings& settings)
{
    const auto image = TRY(in_context("read the image again", open_iso(source)));
    if (image.label != settings.label) return differs("label");
    if (!image.rock_ridge || image.joliet != settings.joliet) return differs("trees");
    if (!image.problems.empty()) return differs(image.problems.front());
    if (image.entries.size() != tree.size()) return differs("number of files");
    const auto entries = by_path(image);
    for (const auto& expected : tree) {
        const auto* entry = find(entries, expected.path);
        if (!entry || !has_attributes(*entry, expected, settings)) return differs(expected.path);
        if (!TRY(has_content(source, *entry, expected))) return differs(expected.path);
    }
    if (const auto* entry = find_overlap(image)) return differs(entry->path.substr(1));
    return settings.joliet ? check_joliet(source, tree, entries) : Result<void>{};
}

}  // namespace onectx
