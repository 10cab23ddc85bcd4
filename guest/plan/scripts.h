// What is run that is not ours, in its order: hooks of the stage local; hooks of the stage network,
// the scripts of the context, the hooks that want to be behind them; and last the word to OneGate.
// A step each, so that one that fails stops no other, and each records that it runs before it does.
#pragma once

#include "guest/plan/plan.h"

namespace onectx {

// Adds the steps of those that are due. Nothing for another root than "/": programs run nowhere
// else.
void plan_scripts(const PlanInput& input, Plan& plan);

}  // namespace onectx
