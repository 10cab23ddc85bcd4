// See govern.h.
#include "guest/plan/govern.h"

#include <algorithm>

#include "guest/plan/instance.h"
#include "guest/plan/prune.h"

namespace onectx {
namespace {

std::string words_for(const Change& change)
{
    return std::visit(
        Overload{
            [](const SetKernelHostname&) { return std::string("the kernel's host name"); },
            [](const SwapOn& c) { return "swap on " + c.device; },
            [](const auto& c) { return path_of(Change(c)); },
        },
        change);
}

bool is_below(std::string_view path, std::string_view directory)
{
    return path.starts_with(directory) && path.substr(directory.size()).starts_with('/');
}

// What is left out by mistake has to have its turn again.
bool is_whole(const PlannedStep& planned)
{
    return std::none_of(planned.problems.begin(), planned.problems.end(),
                        [](const Problem& problem) { return problem.error; });
}

bool has_any_below(const std::vector<Change>& changes, const Change& directory)
{
    return std::any_of(changes.begin(), changes.end(), [&](const Change& change) {
        return is_below(path_of(change), path_of(directory));
    });
}

// A directory that was to hold what is left alone, and now would hold nothing, is not made.
void drop_directories_of(const std::vector<Change>& left, std::vector<Change>& changes)
{
    std::vector<Change> kept;
    for (const auto& change : changes)
        if (!std::holds_alternative<MakeDirectory>(change) || !has_any_below(left, change) ||
            has_any_below(changes, change))
            kept.push_back(change);
    changes = std::move(kept);
}

// Takes out of the step what others have made otherwise, and gives it. Where a file is theirs, the
// kernel is too: it has what they want by now.
std::vector<Change> leave_to_others(Step& step, const AppliedRecord& record, const FileReader& tree)
{
    std::vector<Change> left;
    std::erase_if(step.changes, [&](const Change& change) {
        bool theirs = record.is_of_others(change, tree);
        if (theirs) left.push_back(change);
        return theirs;
    });
    auto is_file = [](const Change& change) { return !path_of(change).empty(); };
    if (std::none_of(left.begin(), left.end(), is_file)) return left;
    drop_directories_of(left, step.changes);
    auto follows_files = [](const Change& change) {
        return std::holds_alternative<LinkChange>(change) ||
               std::holds_alternative<SetKernelHostname>(change);
    };
    std::erase_if(step.changes, follows_files);
    std::erase_if(left, follows_files);
    return left;
}

void note_step(const Step& planned, const std::vector<Change>& left, Decision decision,
               AppliedRecord& record)
{
    if (decision == Decision::make) record.keep_only(planned.changes);
    for (const auto& change : planned.changes)
        if (std::find(left.begin(), left.end(), change) == left.end()) record.note(change);
}

// What a step that is left alone comes to. Addresses that were set in this boot are still looked
// after.
PlannedStep left_alone(Step step, const History& history, Rule rule)
{
    PlannedStep nothing{.step = {.name = std::move(step.name)}, .problems = {}};
    if (rule == Rule::first_boot && history.same_boot) nothing.step.goal = std::move(step.goal);
    return nothing;
}

PlannedStep govern_with(AppliedRecord& record, const Domain& domain, PlannedStep planned,
                        const PlanInput& input)
{
    static const Said kNothing;
    const auto& settings = input.settings;
    auto found = settings.said.find(domain.name);
    const auto& said = found == settings.said.end() ? kNothing : found->second;
    auto rule = input.policy.*domain.rule;
    const auto instance = domain.once ? instance_of(input) : settings.vmid;
    auto history = record.history(said, instance);
    auto decision = decide(rule, history, input.occasion.force && !domain.once);
    if (domain.once && decision == Decision::mend) decision = Decision::leave;
    if (decision == Decision::leave) return left_alone(std::move(planned.step), history, rule);
    if (!planned.step.failure.empty()) return planned;
    if (domain.once && planned.step.changes.empty()) return planned;

    const auto whole = planned.step;
    if (!input.occasion.force)
        planned.step = prune(std::move(planned.step), input.tree, input.facts);
    if (domain.once && !is_whole(planned)) return planned;
    std::vector<Change> left;
    if (decision == Decision::mend) left = leave_to_others(planned.step, record, input.tree);
    for (const auto& change : left)
        planned.problems.push_back(
            {"",
             words_for(change) + " was changed since it was made so, and is left as it is (" +
                 std::string(domain.name) + " = " + std::string(to_text(rule)) + ")",
             false});
    // The network is looked at once more after it came up, with nothing written then.
    bool looks_only = whole.changes.empty() && whole.goal;
    bool is_theirs = !left.empty() || (looks_only && record.left_something());
    if (is_theirs) planned.step.goal.reset();
    if (!left.empty()) planned.step = prune(std::move(planned.step), input.tree, input.facts);
    if (looks_only) return planned;

    if (!said.text.empty() || !whole.changes.empty() || history.same_instance)
        record.note_said(said, instance);
    note_step(whole, left, decision, record);
    bool is_booted = rule == Rule::every_boot || rule == Rule::first_boot;
    bool has_kernel_changes =
        std::any_of(whole.changes.begin(), whole.changes.end(), [](const Change& change) {
            return std::holds_alternative<SetKernelHostname>(change) ||
                   std::holds_alternative<SwapOn>(change);
        });
    if (is_booted || has_kernel_changes || !left.empty() || record.left_something())
        record.note_boot(!left.empty());
    auto remembered = record.changes();
    std::move(remembered.begin(), remembered.end(), std::back_inserter(planned.step.record));
    return planned;
}

}  // namespace

PlannedStep govern(PlannedStep planned, const PlanInput& input)
{
    const auto* domain = domain_of_step(planned.step.name);
    if (domain == nullptr) {
        if (!input.occasion.force)
            planned.step = prune(std::move(planned.step), input.tree, input.facts);
        return planned;
    }
    auto record = AppliedRecord::read(planned.step.name, input.tree, input.facts);
    if (record) return govern_with(*record, *domain, std::move(planned), input);
    // Nothing is known of earlier runs, and nothing of this one will be.
    planned.problems.push_back({"", record.error().message, false});
    if (!is_on(input.policy.*domain->rule))
        return left_alone(std::move(planned.step), {}, Rule::off);
    if (!input.occasion.force)
        planned.step = prune(std::move(planned.step), input.tree, input.facts);
    return planned;
}

}  // namespace onectx
