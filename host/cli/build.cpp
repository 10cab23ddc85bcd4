// The options of `onectx build`.
#include "host/build.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "host/cli/input_words.h"
#include "host/cli/subcommand.h"

namespace onectx {
namespace {

constexpr const char* kExamples = R"(Examples:
  onectx build web.tmpl -o web.iso
  onectx build web.tmpl -o web.iso --set SET_HOSTNAME=web02 --file motd.txt:motd
  onectx build - -o web.iso < web.tmpl

SOURCE_DATE_EPOCH sets every time stamp, in seconds since 1970; without it they are 0.)";

struct Words {
    InputWords input;
    ImageWords image;
    std::string output;
};

Result<Action> finish(const Words& words)
{
    BuildOptions options;
    options.input = TRY(input_options(words.input));
    options.output = words.output;
    if (options.output.empty()) return fail("--output: an empty name");
    if (options.output == "-")
        return fail("--output: an image does not go to standard output; ./- is a file called so");
    auto image = TRY(image_options(words.image));
    options.content = std::move(image.content);
    options.image = std::move(image.settings);
    return [options] { return run_build(options); };
}

Finish add_options(CLI::App& command)
{
    auto words = std::make_shared<Words>();
    add_input_options(command, words->input);
    command.add_option("-o,--output", words->output, "the ISO image")
        ->type_name("FILE")
        ->required();
    add_image_options(command, words->image);
    command.footer(kExamples);
    return [words] { return finish(*words); };
}

}  // namespace

const Subcommand build_subcommand{"build", "Make the context ISO of a template", add_options};

}  // namespace onectx
