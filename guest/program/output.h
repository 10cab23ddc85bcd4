// What the program says to people: one line a thing on standard error, nothing when there is
// nothing to say.
#pragma once

#include <string_view>
#include <vector>

#include "common/shell_vars.h"
#include "guest/model/report.h"

namespace onectx {

void print(std::string_view text);  // to standard output, as it is
void say(std::string_view line);    // "onectx-guest: LINE" to standard error

// "warning: ETH0_MASK: …" and "error: …", one line each.
void say(const std::vector<Problem>& problems);
// Refused lines and warnings of a context.sh, "FILE:LINE:COLUMN: message" with the line and a
// caret.
void say(const ShellVars& vars, std::string_view file);
// The steps that failed, and what was skipped in those that did not.
void say_steps(const Report& report);

}  // namespace onectx
