// A block of lines that is ours inside a file that is somebody else's, between two marker lines.
// Everything outside the markers stays byte for byte.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace onectx {

struct BlockMarkers {
    std::string_view begin;
    std::string_view end;
};

// The text with the block made of these lines: in the place of the block that is there, else at the
// end. No lines: no block. A second block goes. A begin marker without an end (somebody removed the
// other) goes alone: what follows it may be anybody's.
[[nodiscard]] std::string with_managed_block(std::string_view text, const BlockMarkers& markers,
                                             const std::vector<std::string>& lines);

// The lines of our blocks, each with its end; empty when there is none.
[[nodiscard]] std::string block_in(std::string_view text, const BlockMarkers& markers);

// The lines outside every block, without their ends.
[[nodiscard]] std::vector<std::string> foreign_lines(std::string_view text,
                                                     const BlockMarkers& markers);

}  // namespace onectx
