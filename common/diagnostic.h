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

// The same for many places in ascending order: the text is walked once, not once for each.
class PositionCursor {
  public:
    explicit PositionCursor(std::string_view text) : text_(text) {}

    // The offset must not lie before the one asked for last.
    Position move_to(std::size_t offset);

  private:
    std::string_view text_;
    std::size_t offset_ = 0;
    Position at_;
};

// A Diagnostic at byte `offset` of `text`, with the line it stands in; `at` is its place where that
// is known already. What a terminal could take for a command (control characters, bytes that are no
// UTF-8) is shown as blanks; a line too long for a message is left out.
[[nodiscard]] Diagnostic diagnostic_at(std::string_view text, std::size_t offset,
                                       std::string message);
[[nodiscard]] Diagnostic diagnostic_at(std::string_view text, std::size_t offset, Position at,
                                       std::string message);

// "file:line:column: message", then the line and the caret. No newline at the end.
[[nodiscard]] std::string format(const Diagnostic& diagnostic, std::string_view file);

}  // namespace onectx
