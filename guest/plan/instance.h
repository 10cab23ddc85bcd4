// Which machine this is, for what is done once a machine.
#pragma once

#include <string>

#include "guest/plan/plan.h"

namespace onectx {

// Another one than before: a clone of an image has another VMID, and where its context does not
// tell, other firmware.
[[nodiscard]] std::string instance_of(const PlanInput& input);

}  // namespace onectx
