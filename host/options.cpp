// See options.h. CLI11 splits the words; what they mean is checked here.
#include "host/options.h"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "common/text.h"
#include "host/console.h"

namespace onectx {
namespace {

constexpr std::string_view kVersion = "onectx " ONECTX_VERSION;
constexpr const char* kBuildExamples = R"(Examples:
  onectx build web.tmpl -o web.iso
  onectx build web.tmpl -o web.iso --set SET_HOSTNAME=web02 --file motd.txt:motd
  onectx build - -o web.iso < web.tmpl

SOURCE_DATE_EPOCH sets every time stamp, in seconds since 1970; without it they are 0.)";
constexpr const char* kRenderExamples = R"(Examples:
  onectx render web.tmpl
  onectx render web.tmpl --format json

Passwords and other secrets are shown as they are.)";

constexpr const char* kInspectExamples = R"(Examples:
  onectx inspect web.iso
  onectx inspect web.iso --json --verify

Values of secrets are shown as (secret). --verify needs sums that were recorded when the image was
written, as `onectx build` does; exit code 1 when they do not match.)";

// As typed, before anything is checked.
struct Words {
    std::string input;
    std::string output;
    std::vector<std::string> set;
    std::vector<std::string> files;
    std::string label{kContextLabel};
    bool no_joliet = false;
    std::string format = "sh";
    InspectOptions inspect;
};

void add_input(CLI::App& command, Words& words)
{
    command.add_option("INPUT", words.input, "a template; - is standard input")->required();
    command.add_option("--set", words.set, "a variable of the context; wins over the template")
        ->type_name("KEY=VALUE")
        ->take_all()
        ->allow_extra_args(false);
}

CLI::App* add_build(CLI::App& app, Words& words)
{
    auto* build = app.add_subcommand("build", "Make the context ISO of a template");
    add_input(*build, words);
    build->add_option("-o,--output", words.output, "the ISO image")->type_name("FILE")->required();
    build->add_option("--file", words.files, "a file or directory for the image, maybe renamed")
        ->type_name("PATH[:NAME]")
        ->take_all()
        ->allow_extra_args(false);
    build->add_option("--label", words.label, "the volume label")->capture_default_str();
    build->add_flag("--no-joliet", words.no_joliet, "leave the Joliet tree out");
    build->footer(kBuildExamples);
    return build;
}

CLI::App* add_render(CLI::App& app, Words& words)
{
    auto* render = app.add_subcommand("render", "Print the variables of a template");
    add_input(*render, words);
    render->add_option("--format", words.format, "sh (context.sh) or json")
        ->check(CLI::IsMember({"sh", "json"}))
        ->capture_default_str();
    render->footer(kRenderExamples);
    return render;
}

CLI::App* add_inspect(CLI::App& app, Words& words)
{
    auto* inspect = app.add_subcommand("inspect", "Show what an ISO image holds");
    inspect->add_option("ISO", words.inspect.iso, "an image file or a block device")->required();
    inspect->add_flag("--json", words.inspect.json, "print JSON");
    inspect->add_flag("--show-secrets", words.inspect.show_secrets, "show secrets as they are");
    inspect->add_flag("--verify", words.inspect.verify,
                      "check the MD5 sums that the image records");
    inspect->footer(kInspectExamples);
    return inspect;
}

Result<std::map<std::string, std::string>> parse_set(const std::vector<std::string>& words)
{
    std::map<std::string, std::string> set;
    for (const auto& word : words) {
        auto equals = word.find('=');
        // The value is not shown: it may be a password.
        if (equals == std::string::npos) return fail("--set: expected KEY=VALUE, there is no '='");
        auto name = to_upper(std::string_view(word).substr(0, equals));
        if (!is_shell_name(name)) {
            return fail("--set: '" + printable(name) +
                        "' cannot name a variable: letters, digits and '_', no digit first");
        }
        set.insert_or_assign(std::move(name), word.substr(equals + 1));
    }
    return set;
}

Result<std::uint64_t> time_of_environment()
{
    const char* text = std::getenv("SOURCE_DATE_EPOCH");
    if (!text) return 0;
    auto time = parse_number(text, 0, kMaxIsoTime);
    if (!time) {
        return fail("SOURCE_DATE_EPOCH must be a number of seconds from 0 to " +
                    std::to_string(kMaxIsoTime));
    }
    return *time;
}

Result<Command> build_options(const Words& words)
{
    BuildOptions options;
    options.input = { words.input, TRY(parse_set(words.set)) };
    options.output = words.output;
    if (options.output.empty()) return fail("--output: an empty name");
    for (const auto& word : words.files)
        options.files.push_back(TRY(in_context("--file", parse_file_argument(word))));
    if (!is_volume_label(words.label)) {
        return fail("--label: expected 1 to " + std::to_string(kMaxLabelBytes) +
                    " letters, digits, '_', '-' or '.'");
    }
    options.image = { words.label, !words.no_joliet, TRY(time_of_environment()) };
    return options;
}

Result<Command> render_options(const Words& words)
{
    auto format = words.format == "json" ? RenderFormat::json : RenderFormat::shell;
    return RenderOptions{{words.input, TRY(parse_set(words.set))}, format};
}

}  // namespace

std::variant<Command, int> parse_options(int argc, const char* const* argv)
{
    Words words;
    CLI::App app("Makes the context CD of an OpenNebula virtual machine.", "onectx");
    app.set_version_flag("--version", std::string(kVersion));
    app.require_subcommand(1);
    app.footer(
        "onectx COMMAND --help tells more. Exit codes: 0 done, 1 failed, 2 usage, 3 wrong input.");
    auto* build = add_build(app, words);
    add_render(app, words);
    auto* inspect = add_inspect(app, words);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& problem) {
        return app.exit(problem) == 0 ? kExitDone : kExitUsage;
    }
    if (inspect->parsed()) return words.inspect;
    auto command = build->parsed() ? build_options(words) : render_options(words);
    if (command) return *std::move(command);
    print_error(command.error().message);
    return kExitUsage;
}

}  // namespace onectx
