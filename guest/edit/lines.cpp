// See lines.h.
#include "guest/edit/lines.h"

namespace onectx {

std::vector<std::string> lines_with_ends(std::string_view text)
{
    std::vector<std::string> lines;
    while (!text.empty()) {
        auto newline = text.find('\n');
        auto length = newline == std::string_view::npos ? text.size() : newline + 1;
        lines.emplace_back(text.substr(0, length));
        text.remove_prefix(length);
    }
    return lines;
}

std::string join_lines(const std::vector<std::string>& lines)
{
    std::string text;
    for (const auto& line : lines)
        text += line;
    return text;
}

std::string_view without_end(std::string_view line)
{
    if (line.ends_with('\n')) line.remove_suffix(1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

void insert_line(std::vector<std::string>& lines, std::size_t at, std::string line)
{
    if (at == lines.size() && at > 0 && !lines.back().ends_with('\n')) lines.back() += '\n';
    lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(at), std::move(line));
}

}  // namespace onectx
