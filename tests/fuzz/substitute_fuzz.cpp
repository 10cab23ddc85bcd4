// Fuzzes substitution and the generated variables. The text is a value, and a template that is its
// own machine, owner, network and image: nothing is read beyond it, scripts stay byte for byte
// where nothing is known, what comes out survives context.sh, and complaints lie within the text.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "common/limits.h"
#include "common/shell_vars.h"
#include "host/complete_context.h"
#include "host/substitute.h"
#include "host/template_context.h"
#include "tests/fuzz/require.h"

namespace onectx {
namespace {

void check_value(std::string_view text)
{
    auto unknown = [&](const Reference& reference) -> std::optional<std::string> {
        require(!reference.name.empty() && reference.source.starts_with('$'));
        require(text.find(reference.source) != std::string_view::npos);
        return std::nullopt;
    };
    auto known = [](const Reference&) { return std::optional<std::string>("$x"); };

    auto script = substitute(text, SubstitutionRules::script, unknown);
    require(!script || script->text == text);
    auto value = substitute(text, SubstitutionRules::value, unknown);
    require(!value ||
            (value->text.size() <= text.size() && value->unknown.size() <= kMaxDiagnostics));
    require(value.has_value() == script.has_value());
    auto compat = substitute(text, SubstitutionRules::compat, known);
    require(!compat || compat->unknown.empty());
    // What OpenNebula can read, and keeps the newlines of, we read alike, but for escapes.
    bool same_rules = text.find_first_of("\\\n") == std::string_view::npos &&
                      text.find(" [") == std::string_view::npos &&
                      text.find("\t[") == std::string_view::npos;
    auto ours = substitute(text, SubstitutionRules::value, known);
    if (compat && same_rules) require(ours && ours->text == compat->text);
}

void check_context(std::string_view text, const Record& record, const ValueSettings& settings)
{
    auto parsed = context_of(record.attributes, text);
    if (!parsed) return;
    auto records = gather_records(record, record, record, {record}, {record}, {});
    ContextWarnings warnings(record.attributes, text);
    auto done = complete_context(parsed->context, records, settings, warnings);
    for (const auto& warning : warnings.listed())
        check_complaint(text, warning);
    if (!done) return check_complaint(text, done.error());
    auto again = parse_shell_vars(write_shell_vars(parsed->context));
    require(again.context == parsed->context && again.refused.empty() && again.warnings.empty());
}

void check(std::string_view text)
{
    check_value(text);
    auto record = parse_record(text);
    if (!record) return;
    check_context(text, *record, {});
    check_context(text, *record, {.strict = true, .compat = false});
    check_context(text, *record, {.strict = false, .compat = true});
}

}  // namespace
}  // namespace onectx

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size != 0) onectx::check({reinterpret_cast<const char*>(data), size});
    return 0;
}
