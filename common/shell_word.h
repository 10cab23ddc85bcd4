// One word of a shell text, read as data: quotes are removed, nothing is expanded.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace onectx {

// Why a word cannot be taken. None of it is the user's text, so it can be shown whatever the word
// holds.
struct ShellProblem {
    std::size_t offset = 0;
    std::string what;  // "unterminated single quote"
    std::string why;   // "a shell would run a command"; may be empty
};

struct ShellWord {
    std::string text;
    std::size_t end = 0;            // behind the word; the text's end when it is unterminated
    std::vector<std::size_t> kept;  // where a shell would expand something that is kept as text
    std::size_t kept_unlisted = 0;  // such places beyond kMaxDiagnostics
    std::optional<ShellProblem> problem;
    bool unterminated = false;  // nobody can say where the word ends
};

// Whether an unquoted word ends at `at`: blank, line end, `;`, an operator, the text's end.
[[nodiscard]] bool ends_word(std::string_view text, std::size_t at);

// The length of the line end at `at` (LF, CR LF, a CR before the text's end), 0 when there is none.
[[nodiscard]] std::size_t line_end_at(std::string_view text, std::size_t at);

// The word that begins at `at`, or the value when `at` stands behind `NAME=`.
[[nodiscard]] ShellWord read_shell_word(std::string_view text, std::size_t at);

}  // namespace onectx
