// Known failures of hypervisors and of OpenNebula's drivers: what a line of a log means and what
// helps. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace onectx::lint {

struct Failure {
    std::string_view id;    // documented in docs/lint.md; never changes
    std::string_view text;  // what the log says; parts in this order, a '*' between them
    std::string_view cause;
    std::string_view fix;
};

[[nodiscard]] std::span<const Failure> known_failures();

struct Explanation {
    const Failure* failure = nullptr;
    unsigned line = 1;    // of the log, 1-based
    std::string shown;    // that line, safe for a terminal and not too long
    std::string details;  // what the line's own values mean: "51728 is xvdb"; or empty
};

// Each known failure in the log once, where it occurs first, in the order of the log. Case does not
// count; a failure may reach into the next line. Of two that match one line the earlier in the
// table counts.
[[nodiscard]] std::vector<Explanation> explain(std::string_view log);

[[nodiscard]] std::string explanation_text(const std::vector<Explanation>& explanations);
// [{"id","line","text","cause","fix"}]
[[nodiscard]] std::string explanation_json(const std::vector<Explanation>& explanations);

}  // namespace onectx::lint
