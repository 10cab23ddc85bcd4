// See problems.h.
#include "guest/model/problems.h"

#include <algorithm>
#include <string>
#include <utility>

#include "common/limits.h"

namespace onectx {

void add_problem(std::vector<Problem>& problems, Problem problem)
{
    if (problems.size() < kMaxProblems) {
        problems.push_back(std::move(problem));
        return;
    }
    if (problems.back().unlisted == 0) problems.push_back({});
    auto& rest = problems.back();
    rest.unlisted += std::max<std::size_t>(problem.unlisted, 1);
    rest.error = rest.error || problem.error;
    rest.message = "and " + std::to_string(rest.unlisted) + " more of the kind";
}

void add_problems(std::vector<Problem>& problems, std::vector<Problem> more)
{
    for (auto& problem : more)
        add_problem(problems, std::move(problem));
}

}  // namespace onectx
