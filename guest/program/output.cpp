// See output.h. No stream of the C++ library: it would double the static binary.
#include "guest/program/output.h"

#include <cstdio>

#include "common/text.h"

namespace onectx {

void print(std::string_view text)
{
    std::fwrite(text.data(), 1, text.size(), stdout);
}

void say(std::string_view line)
{
    std::string text = "onectx-guest: ";
    text.append(line).append("\n");
    // One write, so that lines of two runs do not mix in a log.
    std::fwrite(text.data(), 1, text.size(), stderr);
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
    auto complain = [&](const Diagnostic& diagnostic) {
        auto text = format(diagnostic, file) + "\n";
        std::fwrite(text.data(), 1, text.size(), stderr);
    };
    for (const auto& refused : vars.refused)
        complain(refused);
    for (auto warning : vars.warnings) {
        warning.message.insert(0, "warning: ");
        complain(warning);
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

}  // namespace onectx
