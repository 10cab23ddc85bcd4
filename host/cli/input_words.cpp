// See input_words.h.
#include "host/cli/input_words.h"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <map>
#include <string_view>

#include "common/text.h"

namespace onectx {
namespace {

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

}  // namespace

void add_input_options(CLI::App& command, InputWords& words)
{
    command.add_option("INPUT", words.input, "a template; - is standard input")->required();
    add_variable_options(command, words);
}

void add_variable_options(CLI::App& command, InputWords& words)
{
    command.add_option("--set", words.set, "a variable of the context; wins over the template")
        ->type_name("KEY=VALUE")
        ->take_all()
        ->allow_extra_args(false);
    add_record_options(command, words.records);
    add_host_options(command, words.host);
    command.add_flag("--strict", words.strict, "a variable that is not known is an error");
    command.add_flag("--compat", words.compat, "as OpenNebula, its quirks and failures included");
}

Result<InputOptions> input_options(const InputWords& words)
{
    InputOptions options;
    options.path = words.input;
    options.set = TRY(parse_set(words.set));
    options.records = TRY(record_options(words.records));
    options.host = TRY(host_options(words.host));
    options.values.strict = words.strict;
    options.values.compat = words.compat;
    return options;
}

void add_image_options(CLI::App& command, ImageWords& words)
{
    add_content_options(command, words.content);
    command.add_option("--label", words.label, "the volume label")->capture_default_str();
    command.add_flag("--no-joliet", words.no_joliet, "leave the Joliet tree out");
    auto* md5 = command.add_flag("--md5", words.md5,
                                 "record the sums that inspect --verify checks; the default below "
                                 "16 MiB of content");
    command.add_flag("--no-md5", words.no_md5, "record no sums; the default from 16 MiB on")
        ->excludes(md5);
}

Result<ImageSettings> image_settings(const std::string& label, bool joliet)
{
    if (!is_volume_label(label)) return fail("--label: expected " + std::string(kLabelForm));
    return ImageSettings
    {
        label, joliet, TRY(time_of_environment())
    };
}

Result<ImageOptions> image_options(const ImageWords& words)
{
    ImageOptions options;
    options.content = TRY(content_options(words.content));
    options.settings = TRY(image_settings(words.label, !words.no_joliet));
    if (words.md5 || words.no_md5) options.settings.md5 = words.md5;
    return options;
}

}  // namespace onectx
