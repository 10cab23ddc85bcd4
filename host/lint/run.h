// `onectx lint`: reads what the command line names, runs the rules or explains a log, prints.
#pragma once

#include <string>
#include <vector>

#include "host/config.h"
#include "host/console.h"
#include "host/hypervisor/platform.h"

namespace onectx {

inline constexpr int kExitWarnings = 4;  // of lint: nothing worse than a warning; nothing explained

struct LintOptions {
    std::string input;  // "-": standard input
    Platform platform;
    std::vector<std::string> images;  // files with what OpenNebula knows of images
    HostOptions host{};               // which files a template may name
    bool json = false;
};

// kExitDone when nothing is worse than a note, kExitBadInput with an error, kExitWarnings else.
[[nodiscard]] int run_lint(const LintOptions& options);

struct ExplainOptions {
    std::string text;  // of a log; "-" is standard input, "@FILE" a file
    bool json = false;
};

// kExitDone when something of it is known, else kExitWarnings.
[[nodiscard]] int run_explain(const ExplainOptions& options);

}  // namespace onectx
