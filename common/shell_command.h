// One simple command of a shell text, which for us is good when it does nothing but assign.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "common/shell_word.h"

namespace onectx {

struct ShellAssignment {
    std::string_view name;
    std::size_t offset = 0;  // of the name
    ShellWord value;
};

struct ShellCommand {
    std::size_t start = 0;
    std::size_t end = 0;                       // before the `;` or line end behind it
    std::vector<ShellAssignment> assignments;  // all, also those of a command with a problem
    std::vector<std::string_view> claimed;     // by words that set a name otherwise: `export A`,
                                               // `A+=1`, `A[0]=1`, `A = 1`
    bool has_more_names = false;               // than kMaxVariables, which are not listed

    std::optional<ShellProblem> problem;  // then the command as a whole counts for nothing
    std::string_view problem_name;        // the variable in whose value the problem is
    std::string_view problem_word;        // the word that is no assignment, as it is written

    bool unterminated = false;  // a quote or an opening has no end: `end` is the text's end
    std::size_t last_word = 0;  // where the last word begins: the unterminated one, if any
};

// The command that begins at `at`; comments and continued lines belong to it. An operator outside
// quotes (`|`, `&`, `>` ...) spoils everything up to the end of the line, for what stands behind it
// may or may not happen.
[[nodiscard]] ShellCommand read_shell_command(std::string_view text, std::size_t at);

}  // namespace onectx
