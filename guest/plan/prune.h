// Drops from a plan what the machine already satisfies; that is why a second run writes nothing.
#pragma once

#include "guest/model/facts.h"
#include "guest/model/reader.h"
#include "guest/plan/plan.h"

namespace onectx {

// A change is dropped when the tree or the facts show it as already so, and a program that is to be
// run because of it (Run::when) with it. A step that loses all its changes stays as an empty step.
// A tree that cannot be read prunes nothing.
[[nodiscard]] Step prune(Step step, const FileReader& tree, const Facts& facts);
[[nodiscard]] Plan prune(Plan plan, const FileReader& tree, const Facts& facts);

}  // namespace onectx
