// See input.h.
#include "host/input.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "common/limits.h"
#include "common/result.h"
#include "common/text.h"
#include "host/console.h"
#include "host/template_context.h"
#include "posix/fd.h"

namespace onectx {
namespace {

// Reads one byte more than a template may have, so that the parser sees that it is too long.
Result<std::string> read_text(int fd)
{
    std::string text;
    std::array<char, 16384> buffer{};
    while (text.size() <= kMaxTemplateBytes) {
        auto got = read(fd, buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return fail_errno("read");
        if (got == 0) break;
        text.append(buffer.data(), static_cast<std::size_t>(got));
    }
    return text;
}

Result<std::string> read_input(const std::string& path)
{
    if (path == "-") return in_context("standard input", read_text(STDIN_FILENO));
    Fd file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.valid()) return fail_errno(printable(path));
    return in_context(printable(path), read_text(file.get()));
}

std::string directory_of(const std::string& path)
{
    auto slash = path.rfind('/');
    if (path == "-" || slash == std::string::npos) return ".";
    return path.substr(0, slash + 1);
}

std::expected<Context, Diagnostic> parse_input(Input& input)
{
    if (input.text.starts_with('<'))
        return std::unexpected(diagnostic_at(input.text, 0, "XML input is not supported yet"));
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
    auto text = read_input(options.path);
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
