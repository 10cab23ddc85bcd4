// A machine as planners see it, and the cycle that every planner's test runs: plan, prune, apply,
// and plan again to see that nothing is left (design law 2).
#pragma once

#include <random>
#include <string>
#include <vector>

#include "common/context.h"
#include "guest/plan/plan.h"
#include "tests/support/memory_tree.h"

namespace onectx::test {

struct Machine {
    MemoryTree tree;
    Facts facts = facts_of_tests();
    Policy policy;
    Context context;

    // Fixed salt, key and day, where the real ones are random.
    [[nodiscard]] static Facts facts_of_tests();

    // The step as planned for the context, before pruning.
    [[nodiscard]] Result<PlannedStep> plan(Planner planner) const;
    // Plans, prunes and applies; what was pruned to and what was complained about. An error that
    // the planner gives becomes an error problem, as in make_plan().
    PlannedStep run(Planner planner);
    // Several planners in their order, their changes in one step.
    PlannedStep run(const std::vector<Planner>& planners);

    [[nodiscard]] std::string text_of(const std::string& path) const;  // "(none)" when not there
};

[[nodiscard]] Context context_of(std::initializer_list<std::pair<std::string, std::string>> values);

// "error USERNAME: …", "warning : …", in order.
[[nodiscard]] std::vector<std::string> to_lines(const std::vector<Problem>& problems);

// The paths that the changes of a step touch, in order; "hostname web01", "swapon /dev/vdb" and the
// like for those that touch none.
[[nodiscard]] std::vector<std::string> paths_of(const Step& step);

// A well-formed line of authorized_keys; another letter is another key.
[[nodiscard]] std::string test_key(char letter, const std::string& comment = "");

// Lines of random bytes mixed with the given ones, with any kind of line end and often none at the
// end; the same seed gives the same text.
[[nodiscard]] std::string random_text(std::mt19937& random, const std::vector<std::string>& lines);

}  // namespace onectx::test
