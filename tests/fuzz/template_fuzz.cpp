// Fuzzes both readings of a template and what becomes of a CONTEXT section: complaints lie within
// the text, names are what they must be, and a context that comes out survives context.sh.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <variant>

#include "common/limits.h"
#include "common/shell_vars.h"
#include "common/text.h"
#include "host/files.h"
#include "host/lint/lint.h"
#include "host/template.h"
#include "host/template_compat.h"
#include "host/template_context.h"
#include "tests/fuzz/require.h"

namespace onectx {
namespace {

void check_name(std::string_view name)
{
    require(!name.empty());
    require(std::all_of(name.begin(), name.end(),
                        [](char c) { return (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_'; }));
}

void check_value(std::string_view value)
{
    require(value == trim(value));
    require(value.find('\0') == std::string_view::npos);
}

void check_template(std::string_view text, const Template& parsed)
{
    require(parsed.warnings.size() <= kMaxDiagnostics);
    for (const auto& warning : parsed.warnings)
        check_complaint(text, warning);
    for (const auto& attribute : parsed.attributes) {
        check_name(attribute.name);
        require(!is_digit(attribute.name.front()));
        require(attribute.place.offset < text.size());
        if (const auto* value = std::get_if<std::string>(&attribute.value)) {
            check_value(*value);
            continue;
        }
        for (const auto& item : std::get<TemplateVector>(attribute.value)) {
            check_name(item.key);
            check_value(item.value);
            require(position_of(text, item.place.offset).line == item.place.line);
        }
    }
}

// The rules judge any text, complain within it, and say how bad it is by an error where it is none.
void check_lint(std::string_view text, const TemplateScan& scan)
{
    for (auto toolstack : {Toolstack::xl, Toolstack::xm}) {
        const Platform platform{.hypervisor = Hypervisor::xen4, .toolstack = toolstack};
        const auto findings = lint::run_rules(lint::make_subject(text, scan, platform, {}));
        for (const auto& finding : findings.list)
            check_complaint(text, finding.what);
        require(scan.errors.empty() || !findings.list.empty());
    }
    static_cast<void>(lint::run_rules(lint::make_subject(text, scan, {}, {})));
}

// What is right is understood by both; of what is wrong the first thing is the same.
void check_scan(std::string_view text, const Diagnostic* error)
{
    const auto scan = scan_template(text);
    require(scan.errors.empty() == (error == nullptr));
    require(!error || scan.errors.front() == *error);
    require(scan.errors.size() <= kMaxDiagnostics + 1);
    for (const auto& complaint : scan.errors)
        check_complaint(text, complaint);
    check_template(text, scan.parsed);
    check_lint(text, scan);
}

void check_context(std::string_view text, const Template& parsed, Dialect dialect)
{
    const auto result = context_of(parsed, text, dialect);
    if (!result) return check_complaint(text, result.error());
    for (const auto& warning : result->warnings)
        check_complaint(text, warning);
    const auto again = parse_shell_vars(write_shell_vars(result->context));
    require(again.context == result->context && again.refused.empty() && again.warnings.empty());
    if (auto files = value_of(result->context, "FILES")) static_cast<void>(parse_file_list(*files));
}

void check_parsed(std::string_view text, const std::expected<Template, Diagnostic>& parsed,
                  Dialect dialect)
{
    if (!parsed) return check_complaint(text, parsed.error());
    check_template(text, *parsed);
    check_context(text, *parsed, dialect);
}

void check(std::string_view text)
{
    const auto parsed = parse_template(text);
    check_scan(text, parsed ? nullptr : &parsed.error());
    check_parsed(text, parsed, Dialect::corrected);
    check_parsed(text, parse_template_compat(text), Dialect::compat);
}

}  // namespace
}  // namespace onectx

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size != 0) onectx::check({reinterpret_cast<const char*>(data), size});
    return 0;
}
