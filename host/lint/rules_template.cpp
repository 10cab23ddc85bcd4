// Rules on the text as a whole: its syntax, its CONTEXT section, and what may stand in there at
// all.
#include <algorithm>
#include <string>

#include "common/limits.h"
#include "common/text.h"
#include "host/lint/rules.h"
#include "host/records.h"

namespace onectx::lint {

void check_syntax(const Subject& subject, Report& report)
{
    for (const auto& error : subject.errors) {
        bool is_last = &error == &subject.errors.back();
        report.add(error, is_last && !subject.is_complete
                              ? "correct it and run lint again; nothing behind it was read"
                              : "correct it; what is around it may be read wrongly until then");
    }
}

void check_duplicate_key(const Subject& subject, Report& report)
{
    for (const auto& warning : subject.parsed->warnings)
        report.add(warning, "remove one of the two");
}

void check_context_missing(const Subject& subject, Report& report)
{
    // It may stand where the text could not be read.
    if (!subject.errors.empty()) return;
    bool is_document = is_xml(subject.text);
    const auto& attributes = subject.parsed->attributes;
    auto section = std::find_if(attributes.begin(), attributes.end(),
                                [](const auto& one) { return one.name == "CONTEXT"; });
    if (section == attributes.end()) {
        report.add(Diagnostic{{}, "no CONTEXT section: the machine gets no context", ""},
                   is_document ? "add <CONTEXT><NETWORK>YES</NETWORK></CONTEXT> to TEMPLATE"
                               : "add CONTEXT = [ NETWORK = \"YES\" ]");
    } else if (!std::holds_alternative<TemplateVector>(section->value)) {
        report.add(section->place, "CONTEXT is a single value: the machine gets no context",
                   is_document ? "write <CONTEXT><NAME>value</NAME> ... </CONTEXT>"
                               : "write CONTEXT = [ NAME = value, ... ]");
    }
}

void check_several_contexts(const Subject& subject, Report& report)
{
    for (std::size_t i = 1; i < subject.contexts.size(); ++i) {
        report.add(subject.contexts[i].place,
                   "a second CONTEXT section; the first one is in line " +
                       std::to_string(subject.contexts.front().place.line),
                   "put all variables into one section");
    }
}

void check_variable_name(const Subject& subject, Report& report)
{
    for (const auto& [item, known] : subject.variables) {
        if (is_shell_name(item->key)) continue;
        report.add(item->place, shown(item->key) + " cannot name a variable of the shell",
                   "use letters, digits and '_', no digit first");
    }
}

void check_value_too_long(const Subject& subject, Report& report)
{
    for (const auto& [item, known] : subject.variables) {
        auto size = item->key.size() + item->value.size() + sizeof("=");
        if (size <= kShellStringBytes) continue;
        report.add(item->place,
                   item->key + " has " + std::to_string(item->value.size()) +
                       " bytes: no script of the guest can be started with it (E2BIG)",
                   "keep a variable under " + std::to_string(kShellStringBytes >> 10U) +
                       " KiB; larger things go into FILES");
    }
}

void check_value_separator(const Subject& subject, Report& report)
{
    for (const auto& [item, known] : subject.variables) {
        if (item->value.find("@^_^@") == std::string::npos) continue;
        report.add(item->place,
                   item->key + " holds \"@^_^@\", at which OpenNebula cuts values in two",
                   "write the value without it, or encode it");
    }
}

}  // namespace onectx::lint
