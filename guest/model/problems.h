// Collecting problems, of which whoever writes the context can make as many as it has words: the
// first kMaxProblems are listed, the rest is counted.
#pragma once

#include <vector>

#include "guest/model/problem.h"

namespace onectx {

// Appends it, or counts it in a last one, "and N more of the kind", that is an error as soon as one
// of those is.
void add_problem(std::vector<Problem>& problems, Problem problem);
void add_problems(std::vector<Problem>& problems, std::vector<Problem> more);

}  // namespace onectx
