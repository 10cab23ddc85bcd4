// The variables about scripts as wishes: START_SCRIPT and its kin, INIT_SCRIPTS, REPORT_READY. No
// message quotes a script.
#pragma once

#include <vector>

#include "common/context.h"
#include "common/shell_vars.h"
#include "guest/model/settings.h"

namespace onectx {

// Sets `scripts` and appends to `problems`. A script that cannot be read is not run, and no other
// form of it is used instead.
void read_script_settings(const Context& context, const Policy& policy, const Refusals& refusals,
                          Settings& settings);

// The script with LF where its first line ends with CR LF, as one that was written elsewhere does:
// a CR behind "#!/bin/sh" would be part of the name of the program.
[[nodiscard]] std::string with_plain_line_ends(std::string text);

// The word of guest.conf and SCRIPT_POLICY: every-boot, once, on-change, off.
[[nodiscard]] std::optional<ScriptPolicy> script_policy_of_word(std::string_view word);

}  // namespace onectx
