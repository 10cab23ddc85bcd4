// The options of `onectx inspect`.
#include "host/inspect.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "host/cli/subcommand.h"

namespace onectx {
namespace {

constexpr const char* kExamples = R"(Examples:
  onectx inspect web.iso
  onectx inspect web.iso --json --verify

Values of secrets are shown as (secret). --verify needs sums that were recorded when the image was
written, as `onectx build` does; exit code 1 when they do not match.)";

Finish add_options(CLI::App& command)
{
    auto options = std::make_shared<InspectOptions>();
    command.add_option("ISO", options->iso, "an image file or a block device")->required();
    command.add_flag("--json", options->json, "print JSON");
    command.add_flag("--show-secrets", options->show_secrets, "show secrets as they are");
    command.add_flag("--verify", options->verify, "check the MD5 sums that the image records");
    command.footer(kExamples);
    return [options]() -> Result<Action> { return [options] { return run_inspect(*options); }; };
}

}  // namespace

const Subcommand inspect_subcommand{"inspect", "Show what an ISO image holds", add_options};

}  // namespace onectx
