// See report.h.
#include "guest/model/report.h"

#include <algorithm>
#include <utility>

namespace onectx {

bool Report::failed() const
{
    return std::any_of(steps.begin(), steps.end(),
                       [](const auto& s) { return s.result == StepResult::failed; }) ||
           std::any_of(problems.begin(), problems.end(), [](const auto& p) { return p.error; });
}

bool Report::in_vain() const
{
    return steps.empty() && source.empty() && problems.size() == 1 && problems.front().error;
}

Report vain_run(std::string stage, std::int64_t start, std::string reason)
{
    return {.stage = std::move(stage),
            .start = start,
            .steps = {},
            .problems = {{"", std::move(reason), true}}};
}

std::vector<Report> without_vain_runs(std::vector<Report> runs)
{
    std::erase_if(runs, [](const Report& run) { return run.in_vain(); });
    return runs;
}

std::string_view Report::result() const
{
    if (running) return "running";
    if (failed()) return "failed";
    bool changed = std::any_of(steps.begin(), steps.end(),
                               [](const auto& s) { return s.result == StepResult::changed; });
    return changed ? "done" : "unchanged";
}

std::string_view to_text(StepResult result)
{
    switch (result) {
        case StepResult::unchanged: return "unchanged";
        case StepResult::changed: return "changed";
        case StepResult::failed: return "failed";
    }
    return "";
}

}  // namespace onectx
