// The command line of onectx-guest, parsed by hand: a library for it would double the static
// binary.
#pragma once

#include <string>
#include <vector>

#include "common/result.h"
#include "guest/model/facts.h"
#include "guest/plan/plan.h"

namespace onectx {

enum class Command {
    help,
    version,
    apply,
    plan,
    parse,
    facts,
    status,
    trigger,
    install,
    run_scripts,
    seal,
    dhcp
};

struct Options {
    Command command = Command::help;
    Stage stage = Stage::all;
    bool force = false;
    bool json = false;
    // apply: only when something was noted to have changed; run-scripts: in answer to that
    bool pending = false;
    bool take_over = false;  // install: only what it does about the older package
    bool root_given = false;
    std::string root = "/";
    Init init = Init::unknown;  // --init; unknown: as the tree says
    std::string context;        // --context; empty: find the device
    std::string backend;        // --backend; empty: detect
    std::string config;         // --config; empty: guest.conf of the root
    DhcpWish client;            // dhcp: the link, and how
    std::string file;           // parse: the file, "-" for standard input
    std::string help_text;      // of the command that --help was asked for
};

// `arguments` without the program's name. An error is one of usage (exit status 2) and says what to
// do.
[[nodiscard]] Result<Options> parse_options(const std::vector<std::string>& arguments);

}  // namespace onectx
