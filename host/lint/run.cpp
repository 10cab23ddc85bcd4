// See run.h.
#include "host/lint/run.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <expected>
#include <utility>

#include "common/limits.h"
#include "common/result.h"
#include "common/text.h"
#include "host/contents.h"
#include "host/input.h"
#include "host/lint/explain.h"
#include "host/lint/lint.h"
#include "host/lint/rules.h"
#include "host/load_records.h"
#include "host/records.h"
#include "host/template_text.h"
#include "posix/read_input.h"

namespace onectx {
namespace {

std::string name_of(const std::string& path)
{
    return path == "-" ? "standard input" : printable(path);
}

// https://no-color.org
bool wants_colour()
{
    const char* no_colour = std::getenv("NO_COLOR");
    const char* terminal = std::getenv("TERM");
    bool is_dumb = terminal && std::string_view(terminal) == "dumb";
    return isatty(STDOUT_FILENO) == 1 && !(no_colour && *no_colour != '\0') && !is_dumb;
}

// A native template is read as far as it goes; XML is right or wrong as a whole.
TemplateScan scan(std::string_view text)
{
    if (!is_xml(text)) return scan_template(text);
    auto record = parse_record(text);
    if (record) return {.parsed = std::move(record->attributes), .errors = {}};
    return {.parsed = {}, .errors = {std::move(record).error()}, .is_complete = false};
}

std::expected<lint::ImageFacts, int> read_image(const std::string& path)
{
    auto record = load_image_record(path);
    if (!record) return std::unexpected(record.error());
    return lint::ImageFacts{.id = record->id.value_or(""),
                            .name = record->name.value_or(""),
                            .type = lint::image_type_word(record->type.value_or("")),
                            .state = lint::image_state_word(record->state.value_or("")),
                            .is_persistent = parse_boolean(record->persistent.value_or(""))};
}

// What a build would refuse of the files that the template names, as far as it is known here.
std::vector<lint::FileComplaint> look_at_files(const lint::Subject& subject,
                                               const std::string& directory,
                                               const HostConfig& config)
{
    std::vector<lint::FileComplaint> complaints;
    FilePolicy policy{directory, config.restricted_dirs, config.safe_dirs};
    for (std::string variable : {"FILES", "FILES_DS"}) {
        auto list = lint::fixed_value(subject, variable);
        if (!list) continue;
        for (auto& message : complaints_about_files(*list, policy))
            complaints.push_back({variable, std::move(message)});
    }
    return complaints;
}

int exit_code_of(const lint::Findings& findings)
{
    auto worst = lint::Severity::note;
    for (const auto& finding : findings.list)
        worst = std::min(worst, finding.severity);
    if (worst == lint::Severity::note) return kExitDone;
    return worst == lint::Severity::error ? kExitBadInput : kExitWarnings;
}

Result<std::string> log_text(const std::string& word)
{
    if (word == "-") return read_input(word, kMaxTemplateBytes);
    if (word.starts_with('@')) return read_input(word.substr(1), kMaxTemplateBytes);
    return word;
}

}  // namespace

int run_lint(const LintOptions& options)
{
    auto text = read_template_text(options.input);
    if (!text) {
        print_error(text.error().message);
        return kExitFailed;
    }
    std::vector<lint::ImageFacts> images;
    for (const auto& path : options.images) {
        auto image = read_image(path);
        if (!image) return image.error();
        images.push_back(*std::move(image));
    }
    auto scanned = scan(*text);
    auto subject = lint::make_subject(*text, scanned, options.platform, std::move(images));
    auto config = load_host_config(options.host);
    if (!config) {
        print_error(config.error().message);
        return exit_code_of(config.error());
    }
    subject.file_complaints = look_at_files(subject, directory_of(options.input), *config);
    auto findings = lint::run_rules(subject);
    auto report = options.json
                      ? lint::report_json(findings)
                      : lint::report_text(findings, name_of(options.input), wants_colour());
    return print_output(report) ? exit_code_of(findings) : kExitFailed;
}

int run_explain(const ExplainOptions& options)
{
    auto log = log_text(options.text);
    if (!log) {
        print_error(log.error().message);
        return kExitFailed;
    }
    auto explanations = lint::explain(*log);
    auto report =
        options.json ? lint::explanation_json(explanations) : lint::explanation_text(explanations);
    if (!print_output(report)) return kExitFailed;
    if (!explanations.empty()) return kExitDone;
    print_error("nothing in this text is a known failure; docs/lint.md lists them");
    return kExitWarnings;
}

}  // namespace onectx
