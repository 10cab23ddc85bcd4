// See template_context.h.
#include "host/template_context.h"

#include <array>
#include <string>
#include <utility>

#include "common/limits.h"
#include "common/result.h"
#include "common/text.h"
#include "common/variable_name.h"

namespace onectx {
namespace {

std::expected<const TemplateVector*, Diagnostic> find_section(const Template& parsed,
                                                              std::string_view text,
                                                              Dialect dialect)
{
    const Attribute* section = nullptr;
    for (const auto& attribute : parsed.attributes) {
        if (attribute.name != "CONTEXT") continue;
        if (dialect == Dialect::compat) {
            if (const auto* items = std::get_if<TemplateVector>(&attribute.value)) return items;
            continue;
        }
        if (section) {
            return std::unexpected(
                complain_at(text, attribute.place,
                            "a second CONTEXT section; the first one is in line " +
                                std::to_string(section->place.line)));
        }
        section = &attribute;
    }
    if (!section) return std::unexpected(Diagnostic{{}, "no CONTEXT section", ""});
    const auto* items = std::get_if<TemplateVector>(&section->value);
    if (!items) {
        return std::unexpected(
            complain_at(text, section->place, "CONTEXT must be a vector: CONTEXT = [ ... ]"));
    }
    return items;
}

// Guests hand the variables to scripts as environment, where one string has a limit (execve(2)).
bool fits_environment(const TemplateItem& item)
{
    return item.key.size() + item.value.size() + sizeof("=") <= kShellStringBytes;
}

}  // namespace

std::expected<TemplateContext, Diagnostic> context_of(const Template& parsed, std::string_view text,
                                                      Dialect dialect)
{
    const auto* items = TRY(find_section(parsed, text, dialect));
    TemplateContext result;
    auto warn = [&](const TemplateItem& item, std::string message) {
        if (result.warnings.size() < kMaxDiagnostics)
            result.warnings.push_back(complain_at(text, item.place, std::move(message)));
    };
    for (const auto& item : *items) {
        if (!is_shell_name(item.key)) {
            return std::unexpected(complain_at(
                text, item.place,
                short_name(item.key) +
                    " cannot name a variable: letters, digits and '_', no digit first"));
        }
        if (!fits_environment(item)) {
            warn(item, short_name(item.key) + " is too long for an environment variable (" +
                           std::to_string(kShellStringBytes) + " bytes with its name)");
        }
        result.context.emplace(item.key, ContextValue{item.value, item.place.line});
    }
    return result;
}

const TemplateItem* find_context_item(const Template& parsed, std::string_view key)
{
    for (const auto& attribute : parsed.attributes) {
        const auto* items = std::get_if<TemplateVector>(&attribute.value);
        if (attribute.name != "CONTEXT" || !items) continue;
        for (const auto& item : *items) {
            if (item.key == key) return &item;
        }
    }
    return nullptr;
}

}  // namespace onectx
