// A complaint about a place in a text: where, what, and the line with a caret under the place.
// The form is the one that compilers use, so editors can jump to it.
#pragma once

#include <string>
#include <string_view>

namespace onectx {

// 1-based. Columns count code points, not bytes, so that the caret stands under the character.
struct Position {
    unsigned line = 1;
    unsigned column = 1;

    bool operator==(const Position&) const = default;
};

struct Diagnostic {
    Position at;
    std::string message;
    std::string
        source_line;  // the text of that line without its end; empty: no line and caret are shown

    bool operator==(const Diagnostic&) const = default;
};

// The place of byte `offset` of `text`; CR LF and LF both end a line. An offset past the end is the
// end.
[[nodiscard]] Position position_of(std::string_view text, std::size_t offset);

// A Diagnostic at byte `offset` of `text`, with the line it stands in.
// Control characters of the line are shown as blanks and a long line is cut around the place.
[[nodiscard]] Diagnostic diagnostic_at(std::string_view text, std::size_t offset,
                                       std::string message);

// "file:line:column: message", then the line and the caret. No newline at the end.
[[nodiscard]] std::string format(const Diagnostic& diagnostic, std::string_view file);

}  // namespace onectx
