// See output.h. No stream of the C++ library: it would double the static binary.
#include "guest/program/output.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "common/text.h"
#include "guest/system/log.h"

namespace onectx {
namespace {

bool is_logged = false;

Severity severity_of(std::string_view line)
{
    if (line.starts_with("error: ")) return Severity::error;
    return line.starts_with("warning: ") ? Severity::warning : Severity::notice;
}

// One write, so that lines of two runs do not mix in a log. What stands below a first line is for
// who looks at it, and no line of a log by itself.
void tell(Severity severity, std::string_view before, std::string_view lines)
{
    const auto listener = listener_of(STDERR_FILENO, std::getenv("JOURNAL_STREAM"));
    const auto mark = listener == Listener::journal ? level_mark(severity) : "";
    std::string text;
    for (const auto line : split_lines(lines))
        text.append(mark).append(before).append(line).append("\n");
    if (is_logged && listener == Listener::nobody)
        log_line(severity, lines.substr(0, lines.find('\n')));
    std::fwrite(text.data(), 1, text.size(), stderr);
}

}  // namespace

void log_what_nobody_reads()
{
    is_logged = true;
}

void print(std::string_view text)
{
    std::fwrite(text.data(), 1, text.size(), stdout);
}

void say(std::string_view line)
{
    tell(severity_of(line), "onectx-guest: ", line);
}

void say(const std::vector<Problem>& problems)
{
    for (const auto& problem : problems) {
        std::string line = problem.error ? "error: " : "warning: ";
        if (!problem.variable.empty()) line += problem.variable + ": ";
        say(line + printable(problem.message));
    }
}

void say(const ShellVars& vars, std::string_view file)
{
    for (const auto& refused : vars.refused)
        tell(Severity::error, "", format(refused, file));
    for (auto warning : vars.warnings) {
        warning.message.insert(0, "warning: ");
        tell(Severity::warning, "", format(warning, file));
    }
    if (vars.unlisted > 0)
        say(std::string(file) + ": " + std::to_string(vars.unlisted) + " more of the kind");
}

void say_steps(const Report& report)
{
    for (const auto& step : report.steps) {
        if (step.message.empty()) continue;
        say((step.result == StepResult::failed ? "error: " : "warning: ") + step.name + ": " +
            printable(step.message));
    }
}

void say_on_console(const Report& report)
{
    if (!report.failed() || isatty(STDERR_FILENO) == 1) return;
    std::vector<std::string> failed;
    for (const auto& step : report.steps)
        if (step.result == StepResult::failed) failed.push_back(step.name);
    // What is wrong with a context may quote it, and the screen is everybody's.
    const auto what = report.in_vain() ? report.problems.front().message
                      : failed.empty() ? "errors in the context or in guest.conf"
                                       : join(failed, ", ");
    tell_console(printable(report.stage + " failed: " + what + "; onectx-guest status says more"));
}

}  // namespace onectx
