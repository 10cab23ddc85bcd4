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

// The length that the first byte of a UTF-8 sequence announces, 0 when none begins with it.
std::size_t announced_length(unsigned char lead)
{
    if (lead < 0x80) return 1;
    if (lead < 0xC2) return 0;
    if (lead < 0xE0) return 2;
    if (lead < 0xF0) return 3;
    return lead < 0xF5 ? 4 : 0;
}

// The line as it can be shown. Each code point that a column counts gives one character, so that
// the caret keeps its place: stray continuation bytes give none.
std::string shown(std::string_view line)
{
    std::string result;
    for (std::size_t at = 0; at < line.size();) {
        auto length = announced_length(static_cast<unsigned char>(line[at]));
        auto sequence = line.substr(at, std::max<std::size_t>(length, 1));
        bool is_whole = sequence.size() == length &&
                        std::all_of(sequence.begin() + 1, sequence.end(), is_continuation_byte);
        const auto first = static_cast<unsigned char>(sequence[0]);  // char is one on ARM
        bool is_control = first == '\x7F' || first < ' ' ||
                          (sequence[0] == '\xC2' && is_whole && sequence[1] < '\xA0');
        if (is_whole && !is_control)
            result += sequence;
        else if (!is_continuation_byte(sequence[0]))
            result += ' ';
        at += is_whole ? length : 1;
    }
    return result;
}

// The line around `offset` without its end; empty when it is longer than can be shown. Looks no
// further than that, so that a text of one long line costs no more than any other.
std::string_view line_around(std::string_view text, std::size_t offset)
{
    auto before = text.substr(0, offset);
    before.remove_prefix(before.size() - std::min(before.size(), kShownBytes + 1));
    auto after = text.substr(offset, kShownBytes + 2);

    auto newline = before.rfind('\n');
    bool has_start = newline != std::string_view::npos || before.size() == offset;
    auto start = newline == std::string_view::npos ? offset - before.size()
                                                   : offset - before.size() + newline + 1;
    auto end = after.find('\n');
    bool has_end = end != std::string_view::npos || offset + after.size() == text.size();
    if (!has_start || !has_end) return {};

    auto line = text.substr(start, offset - start + std::min(end, after.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line.size() <= kShownBytes ? line : std::string_view();
}

}  // namespace

Position PositionCursor::move_to(std::size_t offset)
{
    for (offset = std::min(offset, text_.size()); offset_ < offset; ++offset_) {
        if (text_[offset_] == '\n')
            at_ = {at_.line + 1, 1};
        else if (!is_continuation_byte(text_[offset_]))
            ++at_.column;
    }
    return at_;
}

Position position_of(std::string_view text, std::size_t offset)
{
    return PositionCursor(text).move_to(offset);
}

Diagnostic diagnostic_at(std::string_view text, std::size_t offset, std::string message)
{
    return diagnostic_at(text, offset, position_of(text, offset), std::move(message));
}

Diagnostic diagnostic_at(std::string_view text, std::size_t offset, Position at,
                         std::string message)
{
    return {at, std::move(message), shown(line_around(text, std::min(offset, text.size())))};
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
