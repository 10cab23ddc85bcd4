// One daemon is written for; another that is enabled too is told to leave our links alone, in its
// own files (user-needs R-12): NetworkManager and systemd-networkd can be told. Where no other is
// enabled, nothing is written, and what was is taken back.
#pragma once

#include "common/result.h"
#include "guest/model/nic.h"
#include "guest/plan/plan.h"

namespace onectx {

// Adds to a planned step what the rivals of its back-end have to know.
[[nodiscard]] Result<void> plan_rivals(const Network& network, const PlanInput& input,
                                       PlannedStep& planned);

}  // namespace onectx
