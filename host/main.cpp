// The host tool: reads the command line and runs the command. Exceptions, which are bugs or memory
// running out, end here.
#include <csignal>
#include <exception>
#include <variant>

#include "host/console.h"
#include "host/options.h"

int main(int argc, char** argv)
try {
    // A file beyond the size limit of the process is an error to report, not a reason to die.
    std::signal(SIGXFSZ, SIG_IGN);
    auto parsed = onectx::parse_options(argc, argv);
    if (const auto* code = std::get_if<int>(&parsed)) return *code;
    return std::get<onectx::Action>(parsed)();
} catch (const std::exception& problem) {
    onectx::print_error(problem.what());
    return onectx::kExitFailed;
}
