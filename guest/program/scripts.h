// What `apply` leaves to later: the user's scripts and what else nobody waits for.
#pragma once

#include "common/result.h"
#include "guest/plan/contextualize.h"
#include "guest/program/machine.h"

namespace onectx {

// A medium that was found is there for as long as the machine is, so nobody need wait for its
// scripts. What --context names may be gone when we are: whoever names it waits.
[[nodiscard]] Result<int> see_to_scripts(const Options& options, const Occasion& occasion,
                                         const Found& found, Machine& machine);

}  // namespace onectx
