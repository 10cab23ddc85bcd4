// onectx-guest: options in, exit status out. The one place that catches what nobody else may.
#include <sys/prctl.h>

#include <exception>

#include "guest/program/onegate.h"
#include "guest/program/output.h"
#include "guest/program/run.h"

namespace onectx {
namespace {

Result<int> run(const Options& options)
{
    switch (options.command) {
        case Command::help: print(options.help_text); return kDone;
        case Command::version: print("onectx-guest " ONECTX_VERSION "\n"); return kDone;
        case Command::apply: return options.pending ? run_pending(options) : run_apply(options);
        case Command::plan: return run_plan(options);
        case Command::parse: return run_parse(options);
        case Command::facts: return run_facts(options);
        case Command::status: return run_status(options);
        case Command::trigger: return run_trigger(options);
        case Command::install: return run_install(options);
        case Command::run_scripts: return run_scripts(options);
        case Command::seal: return run_seal(options);
        case Command::dhcp: return run_dhcp(options);
    }
    return kUsage;
}

// Whether the program is called by the name of the older client.
bool is_onegate(std::string_view name)
{
    return name.substr(name.rfind('/') + 1) == "onegate";
}

int main_of(std::string_view name, std::vector<std::string> arguments)
{
    if (is_onegate(name)) return run_onegate(arguments);
    if (!arguments.empty() && arguments.front() == "onegate") {
        arguments.erase(arguments.begin());
        return run_onegate(arguments);
    }
    auto options = parse_options(arguments);
    if (!options) {
        say(options.error().message);
        return kUsage;
    }
    auto status = run(*options);
    if (!status) {
        say("error: " + status.error().message);
        return kPartFailed;
    }
    return *status;
}

}  // namespace
}  // namespace onectx

int main(int argc, char** argv)
{
    // The memory holds passwords: no core of it (core(5)), however the system catches cores. The
    // programs that are run dump as ever, as exec resets it. Looking for leaks needs ptrace(2).
#ifndef __SANITIZE_ADDRESS__
    prctl(PR_SET_DUMPABLE, 0);
#endif
    try {
        return onectx::main_of(argv[0], {argv + 1, argv + argc});
    } catch (const std::exception& bug) {
        onectx::say(std::string("error: ") + bug.what());
    }
    return onectx::kPartFailed;
}
