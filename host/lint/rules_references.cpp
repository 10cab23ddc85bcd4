// Rules on `$` in values: what OpenNebula would replace, what it refuses, and what nobody knows.
#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <vector>

#include "common/context.h"
#include "common/known_variables.h"
#include "common/text.h"
#include "host/lint/rules.h"
#include "host/records.h"
#include "host/substitute.h"

namespace onectx::lint {
namespace {

bool is_script(std::string_view name)
{
    return name == "START_SCRIPT" || name == "READY_SCRIPT" || name == "USER_DATA" ||
           name == "USERDATA";
}

std::string_view base64_form(std::string_view script)
{
    if (script == "START_SCRIPT")
        return "give the script as START_SCRIPT_BASE64: the output of `base64 -w0 SCRIPT`";
    if (script == "READY_SCRIPT")
        return "give the script as READY_SCRIPT_BASE64, or as a file with READY_SCRIPT_PATH";
    return "give the data in base64, with USER_DATA_ENCODING = base64";
}

// Values in which every '$' is OpenNebula's.
bool is_substituted(const TemplateItem& item)
{
    return !is_script(item.key) && item.key != "FILES_DS" && item.value.contains('$');
}

// Why OpenNebula refuses a value; empty when it takes it.
std::string fault_of(std::string_view value)
{
    auto done = substitute(value, SubstitutionRules::compat, [](const Reference&) { return ""; });
    return done ? "" : done.error().message;
}

// The names that stand alone behind '$', once each.
std::vector<std::string> lone_names(std::string_view value)
{
    std::vector<std::string> names;
    static_cast<void>(substitute(value, SubstitutionRules::value, [&](const Reference& reference) {
        bool is_new = std::find(names.begin(), names.end(), reference.name) == names.end();
        if (!reference.is_vector() && is_new) names.push_back(reference.name);
        return "";
    }));
    return names;
}

// What OpenNebula knows of every machine, and what this template says.
std::set<std::string> known_names(const Template& parsed)
{
    std::set<std::string> names{"VMID", "NAME", "UID", "UNAME", "GID", "GNAME", "TEMPLATE"};
    for (const auto& attribute : parsed.attributes) {
        if (std::holds_alternative<std::string>(attribute.value)) names.insert(attribute.name);
    }
    return names;
}

// The known name that was probably meant, one slip away; empty when there is none.
std::string nearest(const std::string& name, const std::set<std::string>& known)
{
    constexpr std::size_t kMaxJudgedBytes = 64;
    if (name.size() < 3 || name.size() > kMaxJudgedBytes) return "";
    auto found = std::find_if(known.begin(), known.end(), [&](const std::string& one) {
        return one.size() + 1 >= name.size() && one.size() <= name.size() + 1 &&
               edit_distance(one, name) == 1;
    });
    return found == known.end() ? "" : *found;
}

}  // namespace

void check_script_dollar(const Subject& subject, Report& report)
{
    for (const auto& [item, known] : subject.variables) {
        if (!is_script(item->key) || item->value.find('$') == std::string::npos) continue;
        report.add(item->place,
                   item->key +
                       " holds '$', which OpenNebula replaces or refuses before a shell "
                       "sees it",
                   std::string(base64_form(item->key)));
    }
}

void check_dollar_syntax(const Subject& subject, Report& report)
{
    for (const auto& [item, known] : subject.variables) {
        auto fault = is_substituted(*item) ? fault_of(item->value) : "";
        if (fault.empty()) continue;
        report.add(item->place, item->key + ": " + fault + ": OpenNebula refuses the whole machine",
                   "write $NAME or $VECTOR[NAME]; for a plain '$' use a variable in base64");
    }
}

void check_unknown_reference(const Subject& subject, Report& report)
{
    constexpr std::size_t kMaxJudgedNames = 1000;
    auto known = known_names(*subject.parsed);
    std::size_t judged = 0;
    for (const auto& variable : subject.variables) {
        const auto& item = *variable.item;
        // A hash has dollars of its own, and a piece of a password is no name to show.
        if (!is_substituted(item) || is_secret_name(item.key)) continue;
        for (const auto& name : lone_names(item.value)) {
            if (known.contains(name)) continue;
            if (++judged > kMaxJudgedNames) return;
            auto meant = nearest(name, known);
            report.add(item.place,
                       item.key + ": nothing here is called " + shown('$' + name) +
                           (meant.empty() ? ": it becomes empty, unless the machine has it"
                                          : "; was $" + meant + " meant?"),
                       meant.empty()
                           ? "nothing to do when the template of the machine's user says it"
                           : "write $" + meant);
        }
    }
}

}  // namespace onectx::lint
