// See state.h.
#include "guest/system/state.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>

#include "common/limits.h"
#include "common/text.h"
#include "guest/model/problems.h"
#include "guest/plan/link_record.h"
#include "guest/plan/state_record.h"
#include "guest/system/atomic.h"

namespace onectx {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kSourcePath = "/run/onectx/source";
constexpr unsigned kOwnerOnly = 0700;
constexpr unsigned kPrivate = 0600;

std::string padded(std::uint64_t number, std::size_t width)
{
    auto text = std::to_string(number);
    return text.size() < width ? std::string(width - text.size(), '0') + text : text;
}

// gmtime(3) would read the time zone files first.
std::string timestamp(std::int64_t seconds)
{
    std::chrono::sys_seconds time{std::chrono::seconds(seconds)};
    auto day = std::chrono::floor<std::chrono::days>(time);
    std::chrono::year_month_day date(day);
    std::chrono::hh_mm_ss clock(time - day);
    auto two = [](auto count) { return padded(static_cast<std::uint64_t>(count), 2); };
    return padded(static_cast<std::uint64_t>(int(date.year())), 4) + "-" +
           two(unsigned(date.month())) + "-" + two(unsigned(date.day())) + "T" +
           two(clock.hours().count()) + ":" + two(clock.minutes().count()) + ":" +
           two(clock.seconds().count()) + "Z";
}

// The inverse; 0 for anything that timestamp() does not write.
std::int64_t seconds_of(std::string_view text)
{
    constexpr std::string_view kForm = "0000-00-00T00:00:00Z";
    if (text.size() != kForm.size()) return 0;
    auto field = [&](std::size_t at, std::size_t length) {
        return static_cast<unsigned>(parse_number(text.substr(at, length), 0, 9999).value_or(0));
    };
    std::chrono::year_month_day date{std::chrono::year(static_cast<int>(field(0, 4))),
                                     std::chrono::month(field(5, 2)),
                                     std::chrono::day(field(8, 2))};
    if (!date.ok()) return 0;
    auto time = std::chrono::sys_days(date) + std::chrono::hours(field(11, 2)) +
                std::chrono::minutes(field(14, 2)) + std::chrono::seconds(field(17, 2));
    return time.time_since_epoch().count();
}

// Fields of a record that somebody may have damaged: what has another type is not there.
std::string text_in(const Json& object, const char* name)
{
    auto found = object.is_object() ? object.find(name) : object.end();
    return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

std::uint64_t number_in(const Json& object, const char* name)
{
    auto found = object.is_object() ? object.find(name) : object.end();
    return found != object.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

bool flag_in(const Json& object, const char* name)
{
    auto found = object.is_object() ? object.find(name) : object.end();
    return found != object.end() && found->is_boolean() && found->get<bool>();
}

Json list_in(const Json& object, const char* name)
{
    auto found = object.is_object() ? object.find(name) : object.end();
    return found != object.end() && found->is_array() ? *found : Json::array();
}

Json to_json(const Report& report)
{
    Json steps = Json::array();
    for (const auto& step : report.steps)
        steps.push_back({{"name", step.name},
                         {"result", to_text(step.result)},
                         {"ms", step.ms},
                         {"message", step.message}});
    Json problems = Json::array();
    for (const auto& problem : report.problems)
        problems.push_back({{"variable", problem.variable},
                            {"message", problem.message},
                            {"error", problem.error}});
    Json run{
        {"stage", report.stage}, {"source", report.source},   {"start", timestamp(report.start)},
        {"ms", report.ms},       {"result", report.result()}, {"steps", steps},
        {"problems", problems}};
    if (report.running)
        run["running"] = {{"name", report.running->step},
                          {"since", timestamp(report.running->since)}};
    return run;
}

StepResult step_result(std::string_view text)
{
    for (auto result : {StepResult::changed, StepResult::failed})
        if (text == to_text(result)) return result;
    return StepResult::unchanged;
}

Report report_of(const Json& run)
{
    Report report{.stage = text_in(run, "stage"),
                  .start = seconds_of(text_in(run, "start")),
                  .ms = number_in(run, "ms"),
                  .source = text_in(run, "source")};
    for (const auto& step : list_in(run, "steps"))
        report.steps.push_back({text_in(step, "name"), step_result(text_in(step, "result")),
                                number_in(step, "ms"), text_in(step, "message")});
    for (const auto& problem : list_in(run, "problems"))
        report.problems.push_back(
            {text_in(problem, "variable"), text_in(problem, "message"), flag_in(problem, "error")});
    if (auto running = run.find("running"); running != run.end())
        report.running = {text_in(*running, "name"), seconds_of(text_in(*running, "since"))};
    return report;
}

// Whether lists and objects stand in one another deeper than they are ever written: a parser takes
// a hundred bytes for each '['.
bool is_too_deep(std::string_view json)
{
    constexpr int kDeepest = 8;
    int depth = 0;
    bool is_quoted = false;
    for (std::size_t at = 0; at < json.size(); ++at) {
        const char c = json[at];
        if (c == '"')
            is_quoted = !is_quoted;
        else if (c == '\\')
            ++at;
        else if (!is_quoted && (c == '[' || c == '{') && ++depth > kDeepest)
            return true;
        else if (!is_quoted && (c == ']' || c == '}'))
            --depth;
    }
    return false;
}

Result<Json> parse(std::string_view text)
{
    if (text.size() > kMaxStatusBytes) return fail(errno_text(EFBIG), EFBIG);
    auto record = is_too_deep(text) ? Json() : Json::parse(text, nullptr, false);
    if (!record.is_object()) return fail("it is damaged");
    return record;
}

void cut_texts(Report& report, std::size_t longest)
{
    auto cut = [&](std::string& text) {
        constexpr std::string_view kMore = "...";
        if (text.size() > longest) text.replace(longest, std::string::npos, kMore);
    };
    for (auto* text : {&report.stage, &report.source})
        cut(*text);
    for (auto& step : report.steps) {
        cut(step.name);
        cut(step.message);
    }
    for (auto& problem : report.problems) {
        cut(problem.variable);
        cut(problem.message);
    }
    if (report.running) cut(report.running->step);
}

// A directory that was there may have been made by anybody, with any mode. Whoever is not root can
// but close it.
Result<void> take_back(const Root& root, std::string_view path, std::string_view phrase)
{
    auto fd = TRY(root.open_inside(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
    Attributes wanted{.mode = kOwnerOnly};
    struct stat status{};
    if (geteuid() != 0 && fstat(fd.get(), &status) == 0)
        wanted = {kOwnerOnly, status.st_uid, status.st_gid};
    TRY(in_context(phrase, give(fd.get(), wanted)));
    return {};
}

}  // namespace

Result<void> write_private(Root& root, std::string_view path, std::string content)
{
    TRY(make_run_directory(root));
    WriteFile file{
        .path = std::string(path), .content = std::move(content), .mode = kPrivate, .secret = true};
    auto phrase = "write " + file.path;
    TRY(in_context(phrase, root.replace(file, 0, 0)));
    return {};
}

Result<void> make_run_directory(Root& root)
{
    MakeDirectory directory{.path = std::string(kRunDirectory), .mode = kOwnerOnly};
    auto phrase = "make directory " + directory.path;
    TRY(in_context(phrase, root.make_directory(directory, 0, 0)));
    return take_back(root, kRunDirectory, phrase);
}

Result<void> close_state_directory(Root& root)
{
    auto status = TRY(root.status(kStateDirectory));
    if (!status || status->type != FileType::directory) return {};
    return take_back(root, kStateDirectory, "close " + std::string(kStateDirectory) + " to others");
}

std::string record_of(std::vector<Report> runs)
{
    auto text = status_json(runs);
    while (text.size() > kMaxStatusBytes && runs.size() > 1) {
        runs.erase(runs.begin());
        text = status_json(runs);
    }
    for (auto longest = kMaxStatusTextBytes; text.size() > kMaxStatusBytes && longest > 0;) {
        longest /= 2;
        cut_texts(runs.back(), longest);
        text = status_json(runs);
    }
    return text;
}

Result<void> remember(Root& root, Report report)
{
    auto problems = std::exchange(report.problems, {});
    add_problems(report.problems, std::move(problems));
    cut_texts(report, kMaxStatusTextBytes);
    auto runs = recall(root).value_or(std::vector<Report>{});
    runs.push_back(std::move(report));
    if (runs.size() > kMaxStatusRuns)
        runs.erase(runs.begin(), runs.end() - static_cast<std::ptrdiff_t>(kMaxStatusRuns));
    return write_private(root, kStatusPath, record_of(std::move(runs)));
}

Result<std::vector<Report>> recall(const FileReader& tree, std::string_view path)
{
    std::vector<Report> runs;
    auto file = TRY(tree.read(path));
    if (!file) return runs;
    const auto record = TRY(in_context("read " + std::string(path), parse(file->content)));
    for (const auto& run : list_in(record, "runs"))
        runs.push_back(report_of(run));
    return runs;
}

std::string status_json(const std::vector<Report>& runs)
{
    Json list = Json::array();
    for (const auto& run : runs)
        list.push_back(to_json(run));
    return Json{{"runs", list}}.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string status_text(const std::vector<Report>& runs)
{
    if (runs.empty()) return "no run since the machine started\n";
    std::string text;
    for (const auto& run : runs) {
        text += timestamp(run.start) + "  " + printable(run.stage) + "  " +
                std::string(run.result()) + "  " + std::to_string(run.ms) + " ms";
        if (!run.source.empty()) text += "  " + printable(run.source);
        text += "\n";
        std::size_t width = run.running ? run.running->step.size() : 0;
        for (const auto& step : run.steps)
            width = std::max(width, step.name.size());
        auto begin_line = [&](const std::string& name, std::string_view result) {
            constexpr std::size_t kResultWidth = std::string_view("unchanged").size();
            text += "  " + printable(name) + std::string(width - name.size(), ' ') + "  " +
                    std::string(result) + std::string(kResultWidth - result.size(), ' ') + "  ";
        };
        for (const auto& step : run.steps) {
            begin_line(step.name, to_text(step.result));
            text += std::to_string(step.ms) + " ms";
            if (!step.message.empty()) text += "  " + printable(step.message);
            text += "\n";
        }
        if (run.running) {
            begin_line(run.running->step, "running");
            text += "since " + timestamp(run.running->since) + "\n";
        }
        for (const auto& problem : run.problems)
            text += std::string(problem.error ? "  error: " : "  warning: ") +
                    (problem.variable.empty() ? "" : printable(problem.variable) + ": ") +
                    printable(problem.message) + "\n";
    }
    return text;
}

Result<std::optional<std::string>> accepted_vmid(const FileReader& tree)
{
    auto file = TRY(tree.read(kSourcePath));
    if (!file) return std::nullopt;
    auto lines = split_lines(file->content);
    if (lines.size() != 2 || lines[0] != boot_id_of(tree)) return std::nullopt;
    return std::string(lines[1]);
}

Result<void> accept_vmid(Root& root, std::string_view vmid)
{
    // One line: a VMID is a number, and whatever else a context says must not become two.
    return write_private(root, kSourcePath, boot_id_of(root) + "\n" + printable(vmid) + "\n");
}

Result<void> record_links(Root& root, const std::string& record)
{
    auto present = TRY(root.read(kLinkRecordPath));
    if (present && present->content == record) return {};
    return write_private(root, kLinkRecordPath, record);
}

}  // namespace onectx
