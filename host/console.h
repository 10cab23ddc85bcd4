// What the host tool says on standard error and how it ends. Nothing else writes there.
#pragma once

#include <string_view>

#include "common/diagnostic.h"

namespace onectx {

// The exit codes of the contract; part of what other programs rely on.
inline constexpr int kExitDone = 0;
inline constexpr int kExitFailed = 1;    // I/O, remote
inline constexpr int kExitUsage = 2;     // the command line
inline constexpr int kExitBadInput = 3;  // the template, or what it names

// "onectx: message" and a line end.
void print_error(std::string_view message);
void print_warning(std::string_view message);

// "file:line:column: message", the line and the caret.
void print_error(const Diagnostic& diagnostic, std::string_view file);
void print_warning(Diagnostic diagnostic, std::string_view file);

// All of it on standard output. False, with a message, when that fails.
[[nodiscard]] bool print_output(std::string_view text);

}  // namespace onectx
