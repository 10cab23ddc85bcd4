// See context_values.h.
#include "host/context_values.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "common/limits.h"
#include "common/text.h"
#include "common/variable_name.h"
#include "host/template_context.h"
#include "host/template_place.h"

namespace onectx {
namespace {

constexpr std::string_view kEscapeHint = "; $$ stands for a dollar sign";

bool is_script(std::string_view name)
{
    constexpr std::array<std::string_view, 4> kScripts{"START_SCRIPT", "READY_SCRIPT", "USER_DATA",
                                                       "USERDATA"};
    return std::find(kScripts.begin(), kScripts.end(), name) != kScripts.end();
}

// `$id$...` with an id of crypt(5).
bool is_password_hash(std::string_view value)
{
    constexpr std::array<std::string_view, 12> kMethods{"1", "2a", "2b", "2x", "2y", "3",
                                                        "5", "6",  "7",  "y",  "gy", "sha1"};
    if (!value.starts_with('$')) return false;
    auto method = value.substr(1, value.find('$', 1) - 1);
    return method.size() + 2 < value.size() &&
           std::find(kMethods.begin(), kMethods.end(), method) != kMethods.end();
}

bool stays_as_it_is(std::string_view name, std::string_view value, const ValueSettings& settings)
{
    if (name == "FILES_DS") return true;
    return !settings.compat && name == "CRYPTED_PASSWORD" && is_password_hash(value);
}

SubstitutionRules rules_for(std::string_view name, const ValueSettings& settings)
{
    if (settings.compat) return SubstitutionRules::compat;
    return is_script(name) ? SubstitutionRules::script : SubstitutionRules::value;
}

// OpenNebula substitutes all values as one text, where a backslash at the very end is lost.
void drop_last_backslash(Context& context)
{
    auto last = context.rbegin();
    if (last != context.rend() && last->first == "FILES_DS") ++last;
    if (last == context.rend()) return;
    auto& text = last->second.text;
    auto backslashes = text.size() - std::min(text.find_last_not_of('\\') + 1, text.size());
    if (backslashes % 2 == 1) text.pop_back();
}

class ValueSubstituter {
  public:
    ValueSubstituter(const ValueSettings& settings, ContextWarnings& warnings)
        : settings_(settings), warnings_(warnings)
    {
    }

    std::expected<void, Diagnostic> substitute_one(const std::string& name, std::string& value,
                                                   const Resolver& resolve);

  private:
    std::expected<void, Diagnostic> report_unknown(const std::string& name,
                                                   const std::vector<std::string>& references);

    const ValueSettings& settings_;
    std::size_t references_ = 0;
    std::size_t bytes_ = 0;
    ContextWarnings& warnings_;
};

std::expected<void, Diagnostic> ValueSubstituter::substitute_one(const std::string& name,
                                                                 std::string& value,
                                                                 const Resolver& resolve)
{
    auto rules = rules_for(name, settings_);
    auto result = substitute(value, rules, resolve);
    if (!result) return std::unexpected(warnings_.complain(name, result.error().message));
    references_ += result->references;
    bytes_ += result->text.size();
    if (references_ > kMaxReferences) {
        return std::unexpected(warnings_.complain(
            name, "more than " + std::to_string(kMaxReferences) + " variables in all values"));
    }
    if (bytes_ > kMaxContextBytes) {
        return std::unexpected(warnings_.complain(
            name, "the values become longer than " + std::to_string(kMaxContextBytes) + " bytes"));
    }
    TRY(report_unknown(name, result->unknown));
    if (result->literal_dollar && rules != SubstitutionRules::script)
        warnings_.add(
            name, "a '$' that begins no variable is copied as it is" + std::string(kEscapeHint));
    value = std::move(result->text);
    return {};
}

// What the value of a secret holds is not told: `$word` may be a piece of a password.
std::expected<void, Diagnostic> ValueSubstituter::report_unknown(
    const std::string& name, const std::vector<std::string>& references)
{
    bool secret = is_secret_name(name);
    for (const auto& reference : references) {
        auto what = secret ? "a variable in the value" : shown(reference);
        auto message = what + " is not known" + (settings_.strict ? "" : " and becomes empty") +
                       (secret && !settings_.compat ? std::string(kEscapeHint) : "");
        if (settings_.strict) return std::unexpected(warnings_.complain(name, message));
        warnings_.add(name, message);
        if (secret) break;
    }
    return {};
}

}  // namespace

void ContextWarnings::add(std::string_view variable, const std::string& message)
{
    if (listed_.size() < kMaxDiagnostics)
        listed_.push_back(complain(variable, message));
    else
        ++unlisted_;
}

Diagnostic ContextWarnings::complain(std::string_view variable, const std::string& message) const
{
    auto what = short_name(variable) + ": " + message;
    const auto* item = find_context_item(parsed_, variable);
    return item ? complain_at(text_, item->place, what) : Diagnostic{{}, what, ""};
}

std::expected<void, Diagnostic> substitute_values(Context& context, const Resolver& resolve,
                                                  const ValueSettings& settings,
                                                  ContextWarnings& warnings)
{
    ValueSubstituter substituter(settings, warnings);
    if (settings.compat) drop_last_backslash(context);
    for (auto& [name, value] : context) {
        if (!stays_as_it_is(name, value.text, settings))
            TRY(substituter.substitute_one(name, value.text, resolve));
    }
    return {};
}

}  // namespace onectx
