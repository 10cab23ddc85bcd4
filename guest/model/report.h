// What a run did, step by step: made by the executor, remembered for `status`, turned into the exit
// code.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "guest/model/change.h"

namespace onectx {

enum class StepResult { unchanged, changed, failed };

struct StepReport {
    std::string name;
    StepResult result = StepResult::unchanged;
    std::uint64_t ms = 0;
    std::string message;  // why it failed, or what was skipped; empty when there is nothing to say
};

// What a run does at the moment.
struct RunningStep {
    std::string step;
    std::int64_t since = 0;  // seconds since the epoch
};

struct Report {
    std::string stage;
    std::int64_t start = 0;  // seconds since the epoch
    std::uint64_t ms = 0;
    std::vector<StepReport> steps;
    std::vector<Problem> problems;
    std::string source = {};  // what the context was read from; empty: there was none

    std::optional<RunningStep> running = {};

    // "running", "failed", "done" or "unchanged"
    [[nodiscard]] std::string_view result() const;
    [[nodiscard]] bool failed() const;
    // Nothing was done, for the reason that is its one problem.
    [[nodiscard]] bool in_vain() const;
};

// A run that came to nothing, because of `reason`.
[[nodiscard]] Report vain_run(std::string stage, std::int64_t start, std::string reason);
// Those that did something or found nothing to do.
[[nodiscard]] std::vector<Report> without_vain_runs(std::vector<Report> runs);

[[nodiscard]] std::string_view to_text(StepResult result);

}  // namespace onectx
