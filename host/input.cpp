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
    if (input.text.starts_with('<'))
        return std::unexpected(complain_at(input.text, {}, "XML input is not supported yet"));
    input.parsed = TRY(parse_template(input.text));
    auto [context, warnings] = TRY(context_of(input.parsed, input.text));
    for (const auto& warning : input.parsed.warnings)
        print_warning(warning, input.name);
    if (input.parsed.unlisted > 0)
        print_warning("and " + std::to_string(input.parsed.unlisted) + " more keys occur twice");
    for (const auto& warning : warnings)
        print_warning(warning, input.name);
    return context;
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
                .parsed = {},
                .context = {}};
    auto context = parse_input(input);
    if (!context) {
        print_error(context.error(), input.name);
        return std::unexpected(kExitBadInput);
    }
    input.context = *std::move(context);
    for (const auto& [name, value] : options.set)
        input.context.insert_or_assign(name, ContextValue{value, 0});
    return input;
}

}  // namespace onectx
