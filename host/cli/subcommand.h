// A subcommand of the host tool: a name, a line for --help, and the options that it takes. Each one
// lives in a file of its own beside this one and is listed in host/options.cpp; what it does is
// elsewhere (host/build.h, …).
#pragma once

#include <functional>
#include <string_view>

#include "common/result.h"

namespace CLI {
class App;
}

namespace onectx {

// The work itself, options included; gives the exit code.
using Action = std::function<int()>;

// Called once the words are parsed. An error is one of usage.
using Finish = std::function<Result<Action>()>;

struct Subcommand {
    std::string_view name;
    std::string_view description;
    Finish (*add_options)(CLI::App& command);
};

extern const Subcommand batch_subcommand;
extern const Subcommand build_subcommand;
extern const Subcommand disk_subcommand;
extern const Subcommand inspect_subcommand;
extern const Subcommand lint_subcommand;
extern const Subcommand render_subcommand;
extern const Subcommand transfer_subcommand;

}  // namespace onectx
