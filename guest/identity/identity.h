// Two plans about who a machine is: `seal` takes an image's identity away, and the first boot of a
// new instance takes away what the image got since. Both pure.
//
// A disk that was restored, moved or cloned without a seal keeps what it has: host keys that change
// under a living machine look like an attack to everybody who knows them.
#pragma once

#include <string>

#include "guest/identity/record.h"
#include "guest/model/change.h"
#include "guest/model/facts.h"
#include "guest/model/reader.h"

namespace onectx {

inline constexpr std::string_view kMachineId = "/etc/machine-id";

// Makes the tree of an image ready to be cloned. The stamp is written before anything goes.
[[nodiscard]] Plan plan_seal(const FileReader& tree, Init init);

struct IdentityInput {
    const FileReader& tree;
    Instance now;                  // of a context from a medium: a missing medium says nothing
    std::string fresh_machine_id;  // 32 hexadecimal digits
    // What is in kMachineId was made since the machine was started, so no other has it.
    bool machine_id_is_fresh = false;
};

// The step "identity" of the first stage of a boot. The record is written last: a run that fails
// before is made again. A machine's id that is replaced here counts for everybody from the next
// boot on; who has read it already keeps the old one until then.
[[nodiscard]] Result<PlannedStep> plan_identity(const IdentityInput& input);

}  // namespace onectx
