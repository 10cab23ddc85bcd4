// See subject.h.
#include "host/lint/subject.h"

#include <utility>

#include "common/limits.h"
#include "common/text.h"
#include "host/url.h"

namespace onectx::lint {
namespace {

std::vector<Section> sections_named(const Template& parsed, std::string_view name)
{
    std::vector<Section> sections;
    for (const auto& attribute : parsed.attributes) {
        const auto* items = std::get_if<TemplateVector>(&attribute.value);
        if (items && attribute.name == name) sections.push_back({attribute.place, items});
    }
    return sections;
}

}  // namespace

Subject make_subject(std::string_view text, const TemplateScan& scan, const Platform& platform,
                     std::vector<ImageFacts> images)
{
    Subject subject{.text = text,
                    .parsed = &scan.parsed,
                    .errors = scan.errors,
                    .is_complete = scan.is_complete,
                    .images = std::move(images),
                    .file_complaints = {},
                    .platform = platform,
                    .machine = machine_of(platform, scan.parsed),
                    .contexts = sections_named(scan.parsed, "CONTEXT"),
                    .disks = sections_named(scan.parsed, "DISK"),
                    .nics = sections_named(scan.parsed, "NIC"),
                    .variables = {}};
    if (subject.contexts.empty()) return subject;
    for (const auto& item : *subject.contexts.front().items) {
        subject.variables.push_back({&item, find_known_variable(item.key)});
        subject.by_name.emplace(item.key, &item);
    }
    return subject;
}

std::optional<std::string_view> fixed_value(const TemplateItem& item)
{
    auto value = trim(item.value);
    if (value.empty() || value.find('$') != std::string_view::npos) return std::nullopt;
    return value;
}

std::optional<std::string_view> fixed_value(const Subject& subject, std::string_view name)
{
    auto found = subject.by_name.find(name);
    if (found == subject.by_name.end()) return std::nullopt;
    return fixed_value(*found->second);
}

const Place& place_of(const Section& section)
{
    return section.items->empty() ? section.place : section.items->front().place;
}

bool has_generated_network(const Subject& subject)
{
    auto found = subject.by_name.find("NETWORK");
    return found != subject.by_name.end() &&
           equals_ignoring_case(trim(found->second->value), "YES");
}

void Report::add(const Place& place, std::string message, std::string fix)
{
    if (listed_ == kMaxDiagnostics)
        ++unlisted_;
    else
        add(complain_at(text_, place, std::move(message)), std::move(fix));
}

void Report::add(Diagnostic what, std::string fix)
{
    if (listed_ == kMaxDiagnostics) {
        ++unlisted_;
        return;
    }
    ++listed_;
    // An address may hold a password.
    what.source_line = without_credentials(what.source_line);
    findings_.push_back({rule_, severity_, std::move(what), std::move(fix)});
}

}  // namespace onectx::lint
