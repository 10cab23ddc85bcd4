// See image_check.h.
#include "host/image_check.h"

#include <string_view>
#include <unordered_map>

#include "common/iso_image.h"
#include "common/text.h"

namespace onectx {
namespace {

Failure differs(std::string_view what)
{
    return fail("the image differs from what was written: " + printable(what));
}

bool has_attributes(const IsoEntry& entry, const TreeEntry& expected, const ImageSettings& settings)
{
    auto type = std::holds_alternative<DirectoryEntry>(expected.content) ? IsoType::directory
                                                                         : IsoType::regular;
    return entry.type == type && entry.mode == expected.mode && entry.uid == 0 && entry.gid == 0 &&
           entry.mtime == static_cast<std::int64_t>(settings.time);
}

Result<bool> has_content(const ByteSource& source, const IsoEntry& entry, const TreeEntry& expected)
{
    if (const auto* file = std::get_if<SourceFile>(&expected.content))
        return entry.size == file->size;
    if (const auto* text = std::get_if<std::string>(&expected.content))
        return entry.size == text->size() && TRY(read_file(source, entry, text->size()))
    == *text;
    return true;
}

}  // namespace

Result<void> check_image(const ByteSource& source, const ImageTree& tree,
                         const ImageSettings& settings)
{
    auto image = TRY(in_context("read the image again", open_iso(source)));
    if (image.label != settings.label) return differs("label");
    if (!image.rock_ridge || image.joliet != settings.joliet) return differs("trees");
    if (!image.problems.empty()) return differs(image.problems.front());
    if (image.entries.size() != tree.size()) return differs("number of files");
    std::unordered_map<std::string_view, const IsoEntry*> entries;
    for (const auto& entry : image.entries)
        entries.emplace(entry.path, &entry);
    for (const auto& expected : tree) {
        auto found = entries.find("/" + expected.path);
        const auto* entry = found == entries.end() ? nullptr : found->second;
        if (!entry || !has_attributes(*entry, expected, settings)) return differs(expected.path);
        if (!TRY(has_content(source, *entry, expected))) return differs(expected.path);
    }
    return {};
}

}  // namespace onectx
