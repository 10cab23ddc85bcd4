// See ready.h.
#include "guest/system/ready.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "common/text.h"
#include "guest/system/onegate.h"
#include "guest/system/state.h"

namespace onectx {
namespace {

constexpr std::size_t kMaxErrorBytes = 1024;  // of an attribute that people read

}  // namespace

Result<void> OneGateAttributes::set(const std::map<std::string, std::string>& attributes)
{
    const auto access = TRY(find_access(tree_));
    const auto call = update_call(attribute_lines(attributes));
    TRY(ask_onegate(call, access, onegate_options(policy_)));
    return {};
}

std::string failures_of(const std::vector<Report>& runs, const std::vector<StepReport>& earlier)
{
    // In the order in which they were first seen; a step that was done since is no failure.
    std::vector<std::pair<std::string, std::string>> steps;
    auto look_at = [&](const StepReport& step) {
        std::erase_if(steps, [&](const auto& known) { return known.first == step.name; });
        if (step.result == StepResult::failed) steps.emplace_back(step.name, step.message);
    };
    for (const auto& run : runs)
        for (const auto& step : run.steps)
            look_at(step);
    for (const auto& step : earlier)
        look_at(step);
    std::vector<std::string> failures;
    for (const auto& [name, message] : steps)
        failures.push_back(name + ": " + message);
    // What could not be made of the context was said by the last run that read it.
    if (!runs.empty())
        for (const auto& problem : runs.back().problems)
            if (problem.error)
                failures.push_back((problem.variable.empty() ? "" : problem.variable + ": ") +
                                   problem.message);
    return printable(join(failures, "; ").substr(0, kMaxErrorBytes));
}

bool is_boot_going_on(const std::vector<Report>& runs)
{
    return !runs.empty() && runs.front().stage == "local" &&
           std::none_of(runs.begin(), runs.end(),
                        [](const Report& run) { return run.stage == "network"; });
}

SystemReady::SystemReady(const FileReader& tree, ScriptRunner& scripts,
                         MachineAttributes* attributes, Wait wait)
    : tree_(tree), scripts_(scripts), attributes_(attributes), wait_(std::move(wait))
{
}

void SystemReady::sleep_for(unsigned seconds)
{
    std::this_thread::sleep_for(std::chrono::seconds(seconds));
}

Result<void> SystemReady::check(const ReportReady& ready)
{
    if (!ready.check) return {};
    for (unsigned tries = 1;; ++tries) {
        auto done = scripts_.run(*ready.check);
        if (done) return {};
        if (tries >= ready.tries)
            return std::unexpected(in_context(ready.check->name, std::move(done).error()));
        wait_(ready.wait_seconds);
    }
}

Result<void> SystemReady::tell(const ReportReady& ready, const std::string& failures)
{
    if (attributes_ == nullptr) return fail("there is nobody to tell");
    const std::map<std::string, std::string> attributes{
        {std::string(kReadyAttribute), failures.empty() ? "YES" : "NO"},
        {std::string(kErrorAttribute), failures}};
    for (unsigned tries = 1;; ++tries) {
        auto done = attributes_->set(attributes);
        if (done || tries >= ready.tries) return done;
        wait_(ready.wait_seconds);
    }
}

Result<void> SystemReady::report(const ReportReady& ready, const std::vector<StepReport>& earlier)
{
    auto failures = failures_of(without_vain_runs(TRY(recall(tree_))), earlier);
    // A machine that is half made need not be asked.
    if (failures.empty())
        if (auto checked = check(ready); !checked) failures = checked.error().message;
    TRY(tell(ready, failures));
    if (!failures.empty()) return fail("not ready: " + failures);
    return {};
}

}  // namespace onectx
