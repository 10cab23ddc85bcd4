// The first line of a script, read as the kernel reads it (execve(2)), so that a script can be run
// from where nothing may be executed: a CD mounted noexec, /run.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace onectx {

inline constexpr std::size_t kShebangBytes = 256;  // all that the kernel looks at

struct Interpreter {
    std::string program;
    std::string argument;  // all behind the program is one argument; empty: none

    bool operator==(const Interpreter&) const = default;
};

// Absent when the text does not begin with "#!" or names nothing. A CR at the end of the line is no
// part of it.
[[nodiscard]] std::optional<Interpreter> parse_shebang(std::string_view text);

// Whether the text is a program for the kernel itself (ELF).
[[nodiscard]] bool is_binary(std::string_view text);

// What starts the script at the path: its interpreter, else sh. Not for a binary.
[[nodiscard]] std::vector<std::string> interpreter_call(std::string_view text,
                                                        const std::string& path,
                                                        const std::vector<std::string>& arguments);

}  // namespace onectx
