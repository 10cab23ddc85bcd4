// What the program says to people: one line a thing on standard error, nothing when there is
// nothing to say. The journal is told how bad each line is.
#pragma once

#include <string_view>
#include <vector>

#include "common/shell_vars.h"
#include "guest/model/report.h"

namespace onectx {

void print(std::string_view text);  // to standard output, as it is
void say(std::string_view line);    // "onectx-guest: LINE" to standard error

// From now on what is said goes to the system's log where standard error is /dev/null: a run that
// an event or a boot script started has nobody who reads it.
void log_what_nobody_reads();

// "warning: ETH0_MASK: …" and "error: …", one line each.
void say(const std::vector<Problem>& problems);
// Refused lines and warnings of a context.sh, "FILE:LINE:COLUMN: message" with the line and a
// caret.
void say(const ShellVars& vars, std::string_view file);
// The steps that failed, and what was skipped in those that did not.
void say_steps(const Report& report);
// One line on the machine's screen about a run that failed, unless a terminal has it all already.
void say_on_console(const Report& report);

}  // namespace onectx
