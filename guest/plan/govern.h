// Where the image's owner has the last word: what guest.conf's rule for a domain leaves of a step
// that was planned, and what is remembered of it. Planners say what the context wants; nothing here
// knows what that is.
#pragma once

#include "guest/model/rule.h"
#include "guest/plan/applied_record.h"
#include "guest/plan/plan.h"

namespace onectx {

enum class Decision {
    leave,  // nothing of the step
    mend,   // what others have not changed since it was made
    make,   // all of it
};

// `force` is --force: nothing counts as made already. It opens nothing that is off.
[[nodiscard]] constexpr Decision decide(Rule rule, const History& history, bool force)
{
    bool made = history.same_instance && !force;
    switch (rule) {
        case Rule::off: return Decision::leave;
        case Rule::first_boot: return made ? Decision::leave : Decision::make;
        case Rule::on_change: return made && history.same_value ? Decision::mend : Decision::make;
        case Rule::every_boot:
            return made && history.same_value && history.same_boot ? Decision::mend
                                                                   : Decision::make;
        case Rule::enforce: return Decision::make;
    }
    return Decision::leave;
}

// The step as the rule leaves it, pruned unless forced, with what remembers it (Step::record). What
// others made is named in the problems. A step that no rule governs is only pruned.
[[nodiscard]] PlannedStep govern(PlannedStep planned, const PlanInput& input);

}  // namespace onectx
