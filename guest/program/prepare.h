// From a context to the plan of a run: facts are gathered, everything is planned, and what this run
// is not for is left out.
#pragma once

#include "common/result.h"
#include "guest/model/change.h"
#include "guest/model/facts.h"
#include "guest/plan/contextualize.h"
#include "guest/program/machine.h"

namespace onectx {

struct Prepared {
    Facts facts;
    Contextualization contextualization;
    Plan plan;
};

// `medium` may be null (medium_of) and has to outlive what is returned.
[[nodiscard]] Result<Prepared> prepare(const Options& options, const Found& found,
                                       const Machine& machine, const FileReader* medium);

// Steps that wait for nobody and nobody waits for; one that cannot be made is said at once.
[[nodiscard]] bool is_for_background(const Step& step);

// Refused lines are failures like any other, for `status` and for who reads the plan as JSON. They
// were said with their place already.
void add_refused(const ShellVars& vars, std::vector<Problem>& problems);

}  // namespace onectx
