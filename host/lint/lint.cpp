// See lint.h.
#include "host/lint/lint.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <tuple>

#include "host/lint/rules.h"

namespace onectx::lint {
namespace {

// The sequences of ECMA-48 that compilers use for the same things.
std::string_view colour_of(Severity severity)
{
    switch (severity) {
        case Severity::error: return "\x1b[1;31m";
        case Severity::warning: return "\x1b[1;35m";
        case Severity::note: return "\x1b[1;36m";
    }
    return "";
}

constexpr std::string_view kPlain = "\x1b[0m";

std::string one_finding(const Finding& finding, std::string_view file, bool colour)
{
    std::string word(to_word(finding.severity));
    if (colour)
        word = std::string(colour_of(finding.severity)) + word + ':' + std::string(kPlain);
    else
        word += ':';
    auto what = finding.what;
    what.message = word + ' ' + what.message + " [" + std::string(finding.rule) + ']';
    return format(what, file) + "\n  fix: " + finding.fix + '\n';
}

std::size_t count_of(const Findings& findings, Severity severity)
{
    return static_cast<std::size_t>(
        std::count_if(findings.list.begin(), findings.list.end(),
                      [&](const auto& one) { return one.severity == severity; }));
}

}  // namespace

std::string_view to_word(Severity severity)
{
    switch (severity) {
        case Severity::error: return "error";
        case Severity::warning: return "warning";
        case Severity::note: return "note";
    }
    return "";
}

Findings run_rules(const Subject& subject)
{
    Findings findings;
    for (const auto& rule : rules()) {
        Report report(subject.text, rule.id, rule.severity, findings.list);
        rule.check(subject, report);
        findings.unlisted += report.unlisted();
    }
    auto key = [](const Finding& one) {
        return std::tuple(one.what.at.line, one.what.at.column, one.severity);
    };
    std::stable_sort(findings.list.begin(), findings.list.end(),
                     [&](const auto& a, const auto& b) { return key(a) < key(b); });
    return findings;
}

std::string report_text(const Findings& findings, std::string_view file, bool colour)
{
    if (findings.list.empty()) return "";
    std::string text;
    for (const auto& finding : findings.list)
        text += one_finding(finding, file, colour);
    std::string counts;
    for (auto severity : {Severity::error, Severity::warning, Severity::note}) {
        auto count = count_of(findings, severity);
        if (count == 0) continue;
        if (!counts.empty()) counts += ", ";
        counts += std::to_string(count) + ' ' + std::string(to_word(severity));
        if (count > 1) counts += 's';
    }
    if (findings.unlisted > 0)
        counts += ", and " + std::to_string(findings.unlisted) + " more of the same";
    return text + counts + '\n';
}

std::string report_json(const Findings& findings)
{
    auto json = nlohmann::ordered_json::array();
    for (const auto& finding : findings.list) {
        nlohmann::ordered_json one;
        one["rule"] = finding.rule;
        one["severity"] = to_word(finding.severity);
        one["line"] = finding.what.at.line;
        one["column"] = finding.what.at.column;
        one["message"] = finding.what.message;
        one["fix"] = finding.fix;
        json.push_back(std::move(one));
    }
    return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + '\n';
}

}  // namespace onectx::lint
