// See input.h.
#include "host/input.h"

#include <utility>

#include "common/limits.h"
#include "common/result.h"
#include "common/text.h"
#include "host/console.h"
#include "host/onegate.h"
#include "host/template_context.h"
#include "host/template_text.h"
#include "host/url.h"
#include "posix/read_input.h"

namespace onectx {
namespace {

std::expected<ParsedTemplate, Diagnostic> parse_input(std::string text, Dialect dialect)
{
    ParsedTemplate parsed{.text = std::move(text), .record = {}, .context = {}, .warnings = {}};
    parsed.record = TRY(parse_record(parsed.text, dialect));
    auto [context, warnings] = TRY(context_of(parsed.record.attributes, parsed.text, dialect));
    parsed.context = std::move(context);
    parsed.warnings = std::move(warnings);
    return parsed;
}

void print_warnings(const ParsedTemplate& parsed, const std::string& name)
{
    const auto& attributes = parsed.record.attributes;
    for (const auto& warning : attributes.warnings)
        print_warning(warning, name);
    if (attributes.unlisted > 0)
        print_warning("and " + std::to_string(attributes.unlisted) + " more such warnings");
    for (const auto& warning : parsed.warnings)
        print_warning(warning, name);
}

std::expected<void, int> complete_input(Input& input, const InputOptions& options)
{
    auto records = TRY(load_records(input.record, options.records));
    ContextWarnings warnings(input.record.attributes, input.text);
    input.vmid = records.vm.id;
    input.start_time = records.vm.stime;
    auto done = complete_context(input.context, records, options.values, warnings);
    for (const auto& warning : warnings.listed())
        print_warning(warning, input.name);
    if (warnings.unlisted() > 0)
        print_warning("and " + std::to_string(warnings.unlisted()) + " more of these");
    if (done) return {};
    print_error(done.error(), input.name);
    return std::unexpected(kExitBadInput);
}

// Absent when the value does not come from the template.
std::optional<Diagnostic> complaint_about(const Input& input, std::string_view variable,
                                          std::string_view message)
{
    const auto* item = find_context_item(input.record.attributes, variable);
    if (!item || line_of(input.context, variable) == 0) return std::nullopt;
    auto complaint =
        complain_at(input.text, item->place, std::string(variable) + ": " + std::string(message));
    // An address may hold a password.
    complaint.source_line = without_credentials(complaint.source_line);
    return complaint;
}

}  // namespace

std::string directory_of(const std::string& path)
{
    auto slash = path.rfind('/');
    if (path == "-" || slash == std::string::npos) return ".";
    return path.substr(0, slash + 1);
}

std::expected<ParsedTemplate, int> InputLoader::read_template(const InputOptions& options,
                                                              const std::string& name)
{
    auto dialect = options.values.compat ? Dialect::compat : Dialect::corrected;
    auto fail_with = [](const Error& error) {
        print_error(error.message);
        return std::unexpected(kExitFailed);
    };
    auto file = OpenedInput::open(options.path);
    if (!file) return fail_with(file.error());
    auto stamp = stamp_of(file->fd());
    if (const auto* known = stamp ? templates_.find(*stamp, dialect) : nullptr) return *known;
    auto now = time(nullptr);
    auto text = read_template_text(*file);
    if (!text) return fail_with(text.error());
    auto parsed = parse_input(*std::move(text), dialect);
    if (!parsed) {
        print_error(parsed.error(), name);
        return std::unexpected(kExitBadInput);
    }
    if (stamp && is_settled(*stamp, now)) templates_.keep(*stamp, dialect, *parsed);
    return *std::move(parsed);
}

std::expected<HostConfig, int> InputLoader::config(const HostOptions& options)
{
    if (config_) return *config_;
    auto config = load_host_config(options);
    if (!config) {
        print_error(config.error().message);
        return std::unexpected(exit_code_of(config.error()));
    }
    config_ = *config;
    return *std::move(config);
}

std::expected<Input, int> InputLoader::load(const InputOptions& options)
{
    Input input{.name = options.path == "-" ? "standard input" : printable(options.path),
                .directory = directory_of(options.path),
                .text = {},
                .record = {},
                .context = {}};
    input.config = TRY(config(options.host));
    auto parsed = TRY(read_template(options, input.name));
    print_warnings(parsed, input.name);
    input.text = std::move(parsed.text);
    input.record = std::move(parsed.record);
    input.context = std::move(parsed.context);
    TRY(complete_input(input, options));
    for (const auto& [name, value] : options.set)
        input.context.insert_or_assign(name, ContextValue{value, 0});
    add_token_variables(input, options.set);
    return input;
}

std::expected<Input, int> load_input(const InputOptions& options)
{
    return InputLoader().load(options);
}

int report(const Input& input, std::string_view variable, const Error& error)
{
    if (auto complaint = complaint_about(input, variable, error.message))
        print_error(*complaint, input.name);
    else
        print_error(std::string(variable) + ": " + error.message);
    return exit_code_of(error);
}

void warn_of(const Input& input, std::string_view variable, std::string_view message)
{
    if (auto complaint = complaint_about(input, variable, message))
        print_warning(*complaint, input.name);
    else
        print_warning(std::string(variable) + ": " + std::string(message));
}

}  // namespace onectx
