// A text as its lines, each with its own end, so that an edit of one leaves the bytes of all
// others.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace onectx {

// What stands before a line that is out of action for as long as a context wants it so.
inline constexpr std::string_view kDisabledPrefix = "#onectx# ";

// "a\r\nb" is "a\r\n", "b": joined again they are the text.
[[nodiscard]] std::vector<std::string> lines_with_ends(std::string_view text);

[[nodiscard]] std::string join_lines(const std::vector<std::string>& lines);

// A line without its CR LF or LF.
[[nodiscard]] std::string_view without_end(std::string_view line);

// Puts `line` before lines[at]. A last line that has no end gets one first when something follows
// it.
void insert_line(std::vector<std::string>& lines, std::size_t at, std::string line);

}  // namespace onectx
