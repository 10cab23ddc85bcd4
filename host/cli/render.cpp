// The options of `onectx render`: those of `build`, so that one command line shows what the other
// one makes.
#include "host/render.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "host/cli/input_words.h"
#include "host/cli/subcommand.h"

namespace onectx {
namespace {

constexpr const char* kExamples = R"(Examples:
  onectx render web.tmpl
  onectx render web.tmpl --format json

Passwords and other secrets are shown as they are. What concerns only the image (--file, --label,
--no-joliet) is checked and changes nothing here.)";

struct Words {
    InputWords input;
    ImageWords image;
    std::string format = "sh";
};

Result<Action> finish(const Words& words)
{
    auto format = words.format == "json" ? RenderFormat::json : RenderFormat::shell;
    RenderOptions options
    {
        TRY(input_options(words.input))
        , format
    };
    TRY(image_options(words.image));
    return [options] { return run_render(options); };
}

Finish add_options(CLI::App& command)
{
    auto words = std::make_shared<Words>();
    add_input_options(command, words->input);
    command.add_option("--format", words->format, "sh (context.sh) or json")
        ->check(CLI::IsMember({"sh", "json"}))
        ->capture_default_str();
    add_image_options(command, words->image);
    command.footer(kExamples);
    return [words] { return finish(*words); };
}

}  // namespace

const Subcommand render_subcommand{"render", "Print the variables of a template", add_options};

}  // namespace onectx
