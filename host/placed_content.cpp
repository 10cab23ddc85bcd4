// See placed_content.h.
#include "host/placed_content.h"

#include <unistd.h>

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include "common/iso_image.h"
#include "common/iso_record.h"
#include "common/text.h"
#include "host/content_copy.h"
#include "posix/file_source.h"

namespace onectx {
namespace {

constexpr std::uint64_t kPlacedBytes = 256U << 10U;  // of a file that libisofs need not see

bool is_in_room(const IsoEntry& entry, std::uint64_t room)
{
    return std::all_of(entry.extents.begin(), entry.extents.end(),
                       [&](const IsoExtent& extent) { return extent.offset >= room; });
}

}  // namespace

bool is_placed(const TreeEntry& entry)
{
    const auto* file = std::get_if<SourceFile>(&entry.content);
    return file && file->size >= kPlacedBytes;
}

std::uint64_t placed_bytes(const ImageTree& tree)
{
    std::uint64_t sectors = 0;
    for (const auto& entry : tree) {
        if (!is_placed(entry)) continue;
        sectors += (std::get<SourceFile>(entry.content).size + kIsoSector - 1) / kIsoSector;
    }
    return sectors * kIsoSector;
}

Result<void> place_contents(const ImageTree& tree, std::uint64_t room, OutputFile& output,
                            const SignalHold& signals)
{
    auto attempt = "write " + output.path();
    auto source = TRY(in_context(attempt, FileSource::from(Fd(dup(output.fd())))));
    auto image = TRY(in_context(attempt, open_iso(source)));
    std::unordered_map<std::string_view, const IsoEntry*> found;
    for (const auto& entry : image.entries)
        found.emplace(std::string_view(entry.path).substr(1), &entry);
    for (const auto& entry : tree) {
        if (!is_placed(entry)) continue;
        auto place = found.find(entry.path);
        if (place == found.end() || !is_in_room(*place->second, room))
            return fail(attempt + ": there is no room for " + printable(entry.path));
        TRY(copy_content(entry, place->second->extents, output, signals));
    }
    return {};
}

}  // namespace onectx
