// The host tool: reads the command line and runs the command. Exceptions, which are bugs or memory
// running out, end here.
#include <csignal>
#include <exception>
#include <variant>

#include "host/console.h"
#include "host/options.h"

namespace onectx {
namespace {

int run(const BuildOptions& options)
{
    return run_build(options);
}

int run(const RenderOptions& options)
{
    return run_render(options);
}

int run(const InspectOptions& options)
{
    return run_inspect(options);
}

}  // namespace
}  // namespace onectx

int main(int argc, char** argv)
try {
    // A file beyond the size limit of the process is an error to report, not a reason to die.
    std::signal(SIGXFSZ, SIG_IGN);
    auto parsed = onectx::parse_options(argc, argv);
    if (const auto* code = std::get_if<int>(&parsed)) return *code;
    return std::visit([](const auto& options) { return onectx::run(options); },
                      std::get<onectx::Command>(parsed));
} catch (const std::exception& problem) {
    onectx::print_error(problem.what());
    return onectx::kExitFailed;
}
