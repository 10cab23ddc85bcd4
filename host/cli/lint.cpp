// The options of `onectx lint`.
#include <CLI/CLI.hpp>
#include <memory>

#include "host/cli/host_words.h"
#include "host/cli/platform_words.h"
#include "host/cli/subcommand.h"
#include "host/lint/run.h"

namespace onectx {
namespace {

constexpr const char* kExamples = R"(Examples:
  onectx lint web.tmpl
  onectx lint web.tmpl --hypervisor xen4 --toolstack xm --image root.xml
  onectx lint --explain @/var/log/one/7.log
  onevm show -x 7 | onectx lint - --json

Exit codes: 0 nothing worse than a note, 3 at least one error, 4 warnings only; of --explain 0 when
something in the text is known, else 4.)";

struct Words {
    std::string input;
    std::string explain;
    PlatformWords platform;
    std::vector<std::string> images;
    HostWords host;
    bool json = false;
};

Result<Action> finish(const Words& words, bool explains)
{
    if (explains == !words.input.empty())
        return fail("lint takes either INPUT or --explain; onectx lint --help shows how");
    if (explains) {
        ExplainOptions options{words.explain, words.json};
        return [options] { return run_explain(options); };
    }
    LintOptions options
    {
        .input = words.input, .platform = TRY(platform_of(words.platform))
        , .images = words.images, .host = TRY(host_options(words.host))
        , .json = words.json
    };
    return [options] { return run_lint(options); };
}

Finish add_options(CLI::App& command)
{
    auto words = std::make_shared<Words>();
    command.add_option("INPUT", words->input, "a template; - is standard input");
    add_platform_options(command, words->platform);
    command
        .add_option("--image", words->images,
                    "what OpenNebula knows of an image of the template (oneimage show -x)")
        ->type_name("FILE")
        ->take_all()
        ->allow_extra_args(false);
    auto* explain =
        command
            .add_option(
                "--explain", words->explain,
                "explain failures in a deployment log: its text, @FILE or - (standard input)")
            ->type_name("LOG");
    add_host_options(command, words->host);
    command.add_flag("--json", words->json, "print JSON");
    command.footer(kExamples);
    return [words, explain] { return finish(*words, explain->count() > 0); };
}

}  // namespace

const Subcommand lint_subcommand{"lint", "Find mistakes in a template, or explain a log",
                                 add_options};

}  // namespace onectx
