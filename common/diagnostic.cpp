// Places in texts; see diagnostic.h.
#include "common/diagnostic.h"

#include <algorithm>

namespace onectx {
namespace {

constexpr std::size_t kShownBytes = 120;  // as much of a line as a message should carry

bool is_continuation_byte(char c)
{
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

unsigned count_characters(std::string_view text)
{
    return static_cast<unsigned>(
        std::count_if(text.begin(), text.end(), [](char c) { return !is_continuation_byte(c); }));
}

std::size_t line_start(std::string_view text, std::size_t offset)
{
    if (offset == 0) return 0;
    auto newline = text.rfind('\n', offset - 1);
    return newline == std::string_view::npos ? 0 : newline + 1;
}

}  // namespace

Position position_of(std::string_view text, std::size_t offset)
{
    offset = std::min(offset, text.size());
    auto before = text.substr(0, offset);
    auto lines = std::count(before.begin(), before.end(), '\n');
    auto start = line_start(text, offset);
    return {static_cast<unsigned>(lines) + 1,
            count_characters(text.substr(start, offset - start)) + 1};
}

Diagnostic diagnostic_at(std::string_view text, std::size_t offset, std::string message)
{
    offset = std::min(offset, text.size());
    auto start = line_start(text, offset);
    auto end = std::min(text.find('\n', offset), text.size());
    if (end > start && text[end - 1] == '\r') --end;

    auto at = position_of(text, offset);
    // Cut a long line around the place; the caret then no longer stands in the column of the
    // message, so such a line is left out rather than shown wrongly.
    std::string line;
    if (end - start <= kShownBytes) {
        line.assign(text.substr(start, end - start));
        std::replace_if(
            line.begin(), line.end(),
            [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
    }
    return {at, std::move(message), std::move(line)};
}

std::string format(const Diagnostic& diagnostic, std::string_view file)
{
    std::string text(file);
    text += ':' + std::to_string(diagnostic.at.line) + ':' + std::to_string(diagnostic.at.column) +
            ": ";
    text += diagnostic.message;
    if (diagnostic.source_line.empty()) return text;
    text +=
        "\n  " + diagnostic.source_line + "\n  " + std::string(diagnostic.at.column - 1, ' ') + '^';
    return text;
}

}  // namespace onectx
