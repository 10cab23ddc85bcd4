// One program that is not ours, run to its end: a session of its own, stdin empty, its output to a
// log. What it leaves running in the background goes on, and so does its output.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "common/result.h"
#include "guest/system/script_log.h"

namespace onectx {

struct ScriptProcess {
    std::string path;  // of the file
    std::vector<std::string> arguments;
    std::vector<std::string> environment;  // "NAME=value", all of it
    std::string directory = "/";           // where it starts
    std::chrono::milliseconds limit{0};    // 0: none
};

// How long a script that is over its time has to end by itself.
inline constexpr std::chrono::seconds kTermGrace{5};

// Exit status 0 is success. An error says how it ended, or why it could not be started: "exit
// status 3", "killed by signal 9", "/bin/bash: No such file or directory". The log gets the same
// and the time it took as its last line.
// A file that is no binary is handed to its interpreter, so it need not be executable, nor lie
// where files may be executed; a binary is run from memory where that is so.
[[nodiscard]] Result<void> run_script(const ScriptProcess& process, ScriptLog& log);

}  // namespace onectx
