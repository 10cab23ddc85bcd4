// See input.h.
#include "host/input.h"

#include <utility>

#include "common/limits.h"
#include "common/result.h"
#include "common/text.h"
#include "host/console.h"
#include "host/template_context.h"
#include "posix/read_input.h"

namespace onectx {
namespace {

std::string directory_of(const std::string& path)
{
    auto slash = path.rfind('/');
    if (path == "-" || slash == std::string::npos) return ".";
    return path.substr(0, slash + 1);
}

std::expected<Context, Diagnostic> parse_input(Input& input)
{
    input.record = TRY(parse_record(input.text));
    const auto& parsed = input.record.attributes;
    auto [context, warnings] = TRY(context_of(parsed, input.text));
    for (const auto& warning : parsed.warnings)
        print_warning(warning, input.name);
    if (parsed.unlisted > 0)
        print_warning("and " + std::to_string(parsed.unlisted) + " more keys occur twice");
    for (const auto& warning : warnings)
        print_warning(warning, input.name);
    return context;
}

std::expected<void, int> complete_input(Input& input, const InputOptions& options)
{
    auto records = TRY(load_records(input.record, options.records));
    ContextWarnings warnings(input.record.attributes, input.text);
    auto done = complete_context(input.context, records, options.values, warnings);
    for (const auto& warning : warnings.listed())
        print_warning(warning, input.name);
    if (warnings.unlisted() > 0)
        print_warning("and " + std::to_string(warnings.unlisted()) + " more of these");
    if (done) return {};
    print_error(done.error(), input.name);
    return std::unexpected(kExitBadInput);
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
    auto context = parse_input(input);
    if (!context) {
        print_error(context.error(), input.name);
        return std::unexpected(kExitBadInput);
    }
    input.context = *std::move(context);
    TRY(complete_input(input, options));
    for (const auto& [name, value] : options.set)
        input.context.insert_or_assign(name, ContextValue{value, 0});
    return input;
}

}  // namespace onectx
