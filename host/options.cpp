// See options.h. CLI11 splits the words; what they mean is checked by each subcommand.
#include "host/options.h"

#include <CLI/CLI.hpp>
#include <array>
#include <iostream>
#include <sstream>
#include <string>
#include <string_view>

#include "common/text.h"
#include "host/console.h"

namespace onectx {
namespace {

constexpr std::string_view kVersion = "onectx " ONECTX_VERSION;

// In the order in which --help lists them.
constexpr std::array kSubcommands{&build_subcommand,   &render_subcommand, &inspect_subcommand,
                                  &lint_subcommand,    &disk_subcommand,   &batch_subcommand,
                                  &transfer_subcommand};

const Subcommand* find_subcommand(std::string_view name)
{
    for (const auto* subcommand : kSubcommands) {
        if (subcommand->name == name) return subcommand;
    }
    return nullptr;
}

int complain(const std::string& message)
{
    print_error(message);
    return kExitUsage;
}

}  // namespace

std::variant<Action, int> parse_options(int argc, const char* const* argv)
{
    CLI::App app("Makes the context CD of an OpenNebula virtual machine.", "onectx");
    app.set_version_flag("--version", std::string(kVersion));
    app.require_subcommand(1);
    app.footer(
        "onectx COMMAND --help tells more. Exit codes: 0 done, 1 failed, 2 usage, 3 wrong input.");

    std::string_view word = argc > 1 ? argv[1] : "";
    const auto* chosen = find_subcommand(word);
    if (!chosen && !word.empty() && !word.starts_with('-'))
        return complain("no command '" + printable(word) + "'; onectx --help lists them");
    Finish finish;
    for (const auto* subcommand : kSubcommands) {
        auto* command =
            app.add_subcommand(std::string(subcommand->name), std::string(subcommand->description));
        // Options cost time, and those of the others are not asked for.
        if (subcommand == chosen) finish = subcommand->add_options(*command);
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& problem) {
        std::ostringstream ignored;
        if (app.exit(problem, std::cout, ignored) == 0) return kExitDone;
        // What it says repeats words of the command line as they are.
        auto help = "; onectx " + (chosen ? std::string(word) + ' ' : "") + "--help tells more";
        return complain(printable(problem.what()) + help);
    }
    if (!finish) return complain("the command comes first; onectx --help shows how");
    auto action = finish();
    if (!action) return complain(action.error().message);
    return *std::move(action);
}

}  // namespace onectx
