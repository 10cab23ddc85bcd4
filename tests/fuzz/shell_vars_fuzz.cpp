// Fuzzes the reader of context.sh: any bytes give a context that the writer gives back, complaints
// within the text and within their limits.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "common/limits.h"
#include "common/shell_vars.h"
#include "common/text.h"
#include "tests/fuzz/require.h"

namespace onectx {
namespace {

void check_complaints(std::string_view text, const std::vector<Diagnostic>& complaints)
{
    const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
    require(complaints.size() <= kMaxDiagnostics);
    for (const auto& complaint : complaints) {
        require(!complaint.message.empty());
        require(complaint.at.line >= 1 && complaint.at.line <= lines);
        require(complaint.at.column >= 1 && complaint.at.column <= text.size() + 1);
        // The caret stands under the line or right behind it.
        const auto& line = complaint.source_line;
        require(line.empty() || complaint.at.column <= line.size() + 1);
        require(std::none_of(line.begin(), line.end(), [](char c) { return c >= 0 && c < ' '; }));
    }
}

void check_context(const Context& context)
{
    for (const auto& [name, value] : context) {
        require(is_shell_name(name));
        require(value.text.find('\0') == std::string::npos);
    }
    const auto again = parse_shell_vars(write_shell_vars(context));
    require(again.context == context);
    require(again.refused.empty() && again.warnings.empty() && again.unlisted == 0);
}

void check(std::string_view text)
{
    const auto vars = parse_shell_vars(text);
    check_complaints(text, vars.warnings);
    check_complaints(text, vars.refused);
    check_context(vars.context);
}

}  // namespace
}  // namespace onectx

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size != 0) onectx::check({reinterpret_cast<const char*>(data), size});
    return 0;
}
