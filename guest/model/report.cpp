// See report.h.
#include "guest/model/report.h"

#include <algorithm>

namespace onectx {

bool Report::failed() const
{
    return std::any_of(steps.begin(), steps.end(),
                       [](const auto& s) { return s.result == StepResult::failed; }) ||
           std::any_of(problems.begin(), problems.end(), [](const auto& p) { return p.error; });
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
