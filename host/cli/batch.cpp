// The options of `onectx batch`: those of build, for every line.
#include "host/batch/batch.h"

#include <sched.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "host/cli/input_words.h"
#include "host/cli/subcommand.h"

namespace onectx {
namespace {

constexpr const char* kHelp =
    R"(A line is {"template","output","vmid","set","files"}, of which the first two are needed;
its result {"line","output","ok","size","error","code","warnings"}. More keys are the options of build
that are about one image: name, vm, user, vnet, image, init, label, ...; onectx(1) lists them.

Example:
  echo '{"template":"web.tmpl","output":"7.iso","vmid":7}' | onectx batch)";

constexpr unsigned kMaxWorkers = 256;

struct Words {
    std::string manifest = "-";
    unsigned workers = 0;
    InputWords input;
    ImageWords image;
};

unsigned processors()
{
    cpu_set_t set{};
    if (sched_getaffinity(0, sizeof(set), &set) != 0) return 1;
    return std::clamp(static_cast<unsigned>(CPU_COUNT(&set)), 1U, kMaxWorkers);
}

Result<Action> finish(const Words& words)
{
    BatchOptions options;
    options.manifest = words.manifest;
    options.workers = words.workers == 0 ? processors() : words.workers;
    options.base.input = TRY(input_options(words.input));
    auto image = TRY(image_options(words.image));
    options.base.content = std::move(image.content);
    options.base.image = std::move(image.settings);
    return [options] { return run_batch(options); };
}

Finish add_options(CLI::App& command)
{
    auto words = std::make_shared<Words>();
    command.add_option("MANIFEST", words->manifest, "JSON, one object a line; - is standard input")
        ->capture_default_str();
    command.add_option("-j,--jobs", words->workers, "how many images are made at a time")
        ->check(CLI::Range(1U, kMaxWorkers));
    add_variable_options(command, words->input);
    add_image_options(command, words->image);
    command.footer(kHelp);
    return [words] { return finish(*words); };
}

}  // namespace

const Subcommand batch_subcommand{"batch", "Make many images", add_options};

}  // namespace onectx
