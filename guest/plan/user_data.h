// What user data wants besides accounts, names and variables: files, mounts, packages, scripts.
// Each is a step of the domain user-data: done once for an instance and a text of the user data,
// and remembered when all of the step has succeeded and nothing was left out of it by an error
// (guest/plan/govern.h).
#pragma once

#include <vector>

#include "guest/plan/plan.h"

namespace onectx {

// The files of write_files that wait for packages (defer) or come over the network (source).
[[nodiscard]] Result<PlannedStep> plan_user_data_deferred(const PlanInput& input);

// The client of NTP, where one is wanted and none is there: what installs it. Then the step
// user-data-ntp is left to be planned behind it.
[[nodiscard]] Result<std::vector<RunScript>> plan_user_data_ntp_client(const PlanInput& input);

// Makes the file to swap to, unless it is there; in a step of that name.
[[nodiscard]] RunScript swap_file_run(const SwapFileWish& wish, std::string name);

// What is run for it once the network is there, in order; empty for nothing.
[[nodiscard]] Result<std::vector<RunScript>> plan_user_data_mounting(const PlanInput& input);
[[nodiscard]] Result<std::vector<RunScript>> plan_user_data_packages(const PlanInput& input);

}  // namespace onectx
