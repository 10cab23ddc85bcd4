// See managed_block.h.
#include "guest/edit/managed_block.h"

#include <optional>

#include "common/text.h"
#include "guest/edit/lines.h"

namespace onectx {
namespace {

// A text as what is ours and what is not, and where among that the first block stood.
struct Split {
    std::string ours;
    std::vector<std::string> foreign;
    std::optional<std::size_t> block_at;
};

Split split_off_blocks(std::string_view text, const BlockMarkers& markers)
{
    Split result;
    std::optional<std::size_t> open;  // how many foreign lines stood before an open begin marker
    for (auto& line : lines_with_ends(text)) {
        auto content = trim(line);
        if (content == markers.begin) {
            open = result.foreign.size();
            continue;
        }
        if (content == markers.end && open) {
            for (auto at = *open; at < result.foreign.size(); ++at)
                result.ours += result.foreign[at];
            result.foreign.resize(*open);
            if (!result.block_at) result.block_at = open;
            open.reset();
            continue;
        }
        result.foreign.push_back(std::move(line));
    }
    return result;
}

}  // namespace

std::string with_managed_block(std::string_view text, const BlockMarkers& markers,
                               const std::vector<std::string>& lines)
{
    auto [ours, foreign, block_at] = split_off_blocks(text, markers);
    if (lines.empty()) return join_lines(foreign);
    std::string block = std::string(markers.begin) + "\n";
    for (const auto& line : lines)
        block += line + "\n";
    block += std::string(markers.end) + "\n";
    insert_line(foreign, block_at.value_or(foreign.size()), std::move(block));
    return join_lines(foreign);
}

std::string block_in(std::string_view text, const BlockMarkers& markers)
{
    return split_off_blocks(text, markers).ours;
}

std::vector<std::string> foreign_lines(std::string_view text, const BlockMarkers& markers)
{
    auto lines = split_off_blocks(text, markers).foreign;
    for (auto& line : lines)
        line.resize(without_end(line).size());
    return lines;
}

}  // namespace onectx
