// Where the quoted and nested parts of a shell text end: read as a POSIX shell would read them,
// nothing evaluated, nesting bounded by kMaxShellNesting.
// Not modelled: here-documents, and a `case` pattern without its opening parenthesis inside $(...).
#pragma once

#include <cstddef>
#include <string_view>

namespace onectx {

inline constexpr std::size_t kNoEnd = std::string_view::npos;

// Each takes the offset behind the opening and gives the one behind the matching close; kNoEnd when
// the text ends first or is nested too deeply.
[[nodiscard]] std::size_t end_of_single_quotes(std::string_view text, std::size_t at);
[[nodiscard]] std::size_t end_of_ansi_quotes(std::string_view text, std::size_t at);  // $'...'
[[nodiscard]] std::size_t end_of_parentheses(std::string_view text, std::size_t at);  // any (...)

// What makes a shell expand something at `at`, as far as it names it: "$HOME", "$1", "${", "$(",
// "$[" or "`", with the continued lines in it. Empty where the text stands for itself, as a lone
// `$` does.
[[nodiscard]] std::string_view expansion_at(std::string_view text, std::size_t at);

// The end of the expansion that begins at `at`; expansion_at() must not be empty there. Single
// quotes mean nothing inside "${...}", hence `in_double_quotes`.
[[nodiscard]] std::size_t end_of_expansion(std::string_view text, std::size_t at,
                                           bool in_double_quotes);

}  // namespace onectx
