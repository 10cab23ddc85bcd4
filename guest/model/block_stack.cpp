// See block_stack.h.
#include "guest/model/block_stack.h"

#include <algorithm>
#include <functional>

#include "common/limits.h"
#include "common/text.h"

namespace onectx {
namespace {

constexpr std::uint64_t kSector = 512;  // what sysfs counts in, whatever the disk has

// One attribute without its line end; empty when it is not there.
Result<std::string> attribute(const FileReader& tree, const std::string& path)
{
    const auto file = TRY(tree.read(path));
    return file ? std::string(trim(file->content)) : std::string();
}

Result<std::uint64_t> number(const FileReader& tree, const std::string& path, std::uint64_t unit)
{
    return parse_number(TRY(attribute(tree, path)), 0, UINT64_MAX / unit).value_or(0) * unit;
}

std::string devname(std::string_view uevent)
{
    for (const auto line : split_lines(uevent))
        if (constexpr std::string_view kKey = "DEVNAME="; line.starts_with(kKey))
            return "/dev/" + std::string(line.substr(kKey.size()));
    return "";
}

BlockLayer::Kind kind_of_mapping(std::string_view uuid)
{
    if (uuid.starts_with("LVM-")) return BlockLayer::Kind::lvm;
    if (uuid.starts_with("CRYPT-LUKS1-") || uuid.starts_with("CRYPT-LUKS2-"))
        return BlockLayer::Kind::luks;
    return BlockLayer::Kind::other;
}

Result<void> read_array(const FileReader& tree, const std::string& base,
                        const std::vector<std::string>& members, BlockLayer& layer)
{
    constexpr std::uint64_t kKiB = 1024;
    layer.kind = BlockLayer::Kind::md;
    layer.md_level = TRY(attribute(tree, base + "/md/level"));
    layer.md_metadata = TRY(attribute(tree, base + "/md/metadata_version"));
    layer.md_component = TRY(number(tree, base + "/md/component_size", kKiB));
    layer.md_chunk = TRY(number(tree, base + "/md/chunk_size", 1));
    for (const auto& name : members)
        layer.md_offsets.push_back(
            TRY(number(tree, base + "/md/dev-" + name + "/offset", kSector)));
    return {};
}

bool is_device_number(std::string_view text)
{
    const auto parts = split(text, ':');
    return parts.size() == 2 && parse_number(parts[0], 0, UINT32_MAX) &&
           parse_number(parts[1], 0, UINT32_MAX);
}

}  // namespace

Result<BlockLayer> read_block_layer(std::string_view device, const FileReader& tree)
{
    if (!is_device_number(device)) return fail(shown(device) + " is no number of a device");
    BlockLayer layer{.number = std::string(device)};
    const auto base = "/sys/dev/block/" + layer.number;
    layer.node = devname(TRY(attribute(tree, base + "/uevent")));
    layer.bytes = TRY(number(tree, base + "/size", kSector));
    layer.partition = static_cast<unsigned>(TRY(number(tree, base + "/partition", 1)));
    if (layer.partition != 0) {
        layer.kind = BlockLayer::Kind::partition;
        layer.start = TRY(number(tree, base + "/start", kSector));
        layer.below = { TRY(attribute(tree, base + "/../dev")) };
        return layer;
    }
    const auto members = TRY(tree.list(base + "/slaves"));
    for (const auto& name : members)
        layer.below.push_back(TRY(attribute(tree, base + "/slaves/" + name + "/dev")));
    layer.dm_name = TRY(attribute(tree, base + "/dm/name"));
    layer.dm_uuid = TRY(attribute(tree, base + "/dm/uuid"));
    if (!layer.dm_name.empty()) {
        layer.kind = kind_of_mapping(layer.dm_uuid);
        layer.node = "/dev/mapper/" + layer.dm_name;
    } else if (TRY(tree.status(base + "/md"))) {
        TRY(read_array(tree, base, members, layer));
    } else if (!members.empty()) {
        layer.kind = BlockLayer::Kind::other;
    }
    return layer;
}

Result<std::vector<BlockLayer>> block_stack(std::string_view device, const FileReader& tree)
{
    std::vector<BlockLayer> stack;
    std::vector<std::string> begun;
    const std::function<Result<void>(const std::string&)> add =
        [&](const std::string& next) -> Result<void> {
        if (std::find(begun.begin(), begun.end(), next) != begun.end()) return {};
        if (begun.size() == kMaxBlockLayers)
            return fail("more than " + std::to_string(kMaxBlockLayers) + " devices");
        begun.push_back(next);
        auto layer = TRY(read_block_layer(next, tree));
        for (const auto& below : layer.below)
            TRY(add(below));
        stack.push_back(std::move(layer));
        return {};
    };
    TRY(add(std::string(device)));
    return stack;
}

}  // namespace onectx
