// onectx-guest: options in, exit status out. The one place that catches what nobody else may.
#include <sys/prctl.h>

#include <exception>
#include <optional>

#include "guest/program/machine.h"
#include "guest/program/onegate.h"
#include "guest/program/output.h"
#include "guest/program/run.h"

namespace onectx {
namespace {

// What boot scripts and events start.
bool is_for_log(const Options& options)
{
    switch (options.command) {
        case Command::apply:
        case Command::run_scripts:
        case Command::trigger:
        case Command::dhcp: return is_running_system(options.root);
        default: return false;
    }
}

Result<int> run(const Options& options)
{
    if (is_for_log(options)) log_what_nobody_reads();
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

// What the older client is told, where the program or its command is called like it.
std::optional<std::vector<std::string>> told_onegate(const std::vector<std::string>& words)
{
    for (auto word = words.begin(); word != words.end() && word - words.begin() < 2; ++word)
        if (word->substr(word->rfind('/') + 1) == "onegate")
            return std::vector<std::string>(word + 1, words.end());
    return std::nullopt;
}

// `words` are the program's name and its arguments.
int main_of(const std::vector<std::string>& words)
{
    if (const auto told = told_onegate(words)) return run_onegate(*told);
    auto options = parse_options({words.begin() + 1, words.end()});
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
        return onectx::main_of({argv, argv + argc});
    } catch (const std::exception& bug) {
        onectx::say(std::string("error: ") + bug.what());
    }
    return onectx::kPartFailed;
}
