// See input.h.
#include "host/input.h"

#include <utility>

#include "common/limits.h"
#include "common/result.h"
#include "common/text.h"
#include "host/console.h"
#include "host/onegate.h"
#include "host/template_context.h"
#include "host/url.h"
#include "posix/read_input.h"

namespace onectx {
namespace {

std::string directory_of(const std::string& path)
{
    auto slash = path.rfind('/');
    if (path == "-" || slash == std::string::npos) return ".";
    return path.substr(0, slash + 1);
}

std::expected<Context, Diagnostic> parse_input(Input& input, Dialect dialect)
{
    input.record = TRY(parse_record(input.text, dialect));
    const auto& parsed = input.record.attributes;
    auto [context, warnings] = TRY(context_of(parsed, input.text, dialect));
    for (const auto& warning : parsed.warnings)
        print_warning(warning, input.name);
    if (parsed.unlisted > 0)
        print_warning("and " + std::to_string(parsed.unlisted) + " more such warnings");
    for (const auto& warning : warnings)
        print_warning(warning, input.name);
    return context;
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

std::expected<Input, int> load_input(const InputOptions& options)
{
    auto text = read_input(options.path, kMaxTemplateBytes);
    if (!text) {
        print_error(text.error().message);
        return std::unexpected(kExitFailed);
    }
    Input input{.name = options.path == "-" ? "standard input" : printable(options.path),
                .directory = directory_of(options.path),
                .text = *std::move(text),
                .record = {},
                .context = {}};
    auto config = load_host_config(options.host);
    if (!config) {
        print_error(config.error().message);
        return std::unexpected(kExitFailed);
    }
    input.config = *std::move(config);
    auto context = parse_input(input, options.values.compat ? Dialect::compat : Dialect::corrected);
    if (!context) {
        print_error(context.error(), input.name);
        return std::unexpected(kExitBadInput);
    }
    input.context = *std::move(context);
    TRY(complete_input(input, options));
    for (const auto& [name, value] : options.set)
        input.context.insert_or_assign(name, ContextValue{value, 0});
    add_token_variables(input, options.set);
    return input;
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
