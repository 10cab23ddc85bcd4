// Programs that are not ours: the scripts of a context and the hooks of an image, and the word to
// OneGate that depends on them. Values only; when one is due is decided in
// guest/plan/script_record.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/secret.h"

namespace onectx {

// How often a script is run: once a boot; once for this machine and this text of it; again when
// the context changed; never.
enum class ScriptPolicy { every_boot, once, on_change, off };

enum class ScriptPlace {
    text,     // the script itself stands in the context
    medium,   // a file beside context.sh
    machine,  // a file of the image
};

// A program in a session of its own: stdin empty, in the folder of the context, with the variables
// of the context (guest/model/script_environment.h), its output in a log. What runs it is named in
// its first line, else it is sh; the file needs no permission to be executed.
struct RunScript {
    std::string name;  // "start-script", "init.sh", "10-web": of its step and its log
    ScriptPlace place = ScriptPlace::text;
    std::string file;  // medium: a name; machine: an absolute path
    Secret text;       // of a script that stands in the context
    std::vector<std::string> arguments = {};
    unsigned limit_seconds = 0;  // it is killed then; 0: never

    bool operator==(const RunScript&) const = default;
};

// OneGate is told READY=YES, or what failed. Where a script decides, it is asked `tries` times.
struct ReportReady {
    std::optional<RunScript> check;
    unsigned tries = 3;
    unsigned wait_seconds = 10;  // between two tries

    bool operator==(const ReportReady&) const = default;
};

// What a context wants to be run.
struct ScriptWishes {
    std::optional<Secret> start;    // the text of START_SCRIPT
    std::vector<std::string> init;  // INIT_SCRIPTS: names beside context.sh, in order
    bool init_given = false;        // it is set; without it init.sh is run where there is one
    bool refused = false;  // part of this could not be read: what is left of it is run all the same
    std::optional<ScriptPolicy> policy;  // SCRIPT_POLICY, for both
    std::optional<ReportReady> ready;    // REPORT_READY
};

// What the owner of the image says of them (guest.conf).
struct ScriptRules {
    ScriptPolicy start_script = ScriptPolicy::every_boot;
    ScriptPolicy init_scripts = ScriptPolicy::every_boot;
    ScriptPolicy hooks = ScriptPolicy::every_boot;
    bool on_hot_plug = false;     // whether a changed medium or NIC makes one due, too
    unsigned script_seconds = 0;  // that a script of the context may take; 0: any
    unsigned hook_seconds = 0;    // that a hook of the network stage may take
    unsigned local_seconds = 60;  // that a hook may keep the machine from its network
};

}  // namespace onectx
