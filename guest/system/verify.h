// Whether the kernel came to hold what a context wants of the network, and setting it directly
// where it did not: a daemon that fails must not make a machine unreachable (user-needs R-16).
#pragma once

#include <chrono>
#include <string>

#include "common/result.h"
#include "guest/model/link.h"
#include "guest/system/kernel.h"

namespace onectx {

struct VerifyOptions {
    bool told = false;    // daemons have just been told: what they undo on the way is put back
    bool starts = false;  // they are still at it, as after boot
    std::chrono::milliseconds limit{0};
};

struct Verified {
    bool changed = false;  // something was set directly
    std::string remark;    // what was, and what nobody can help; empty when all is well
};

// Waits, by the kernel's events, until every link has what it needs (its IPv6 addresses found
// unique) and nothing stale is left; at most so long, and not at all when nobody is at it. What is
// still missing then is set, what others had is put back. A link without a carrier is left to the
// daemon. What cannot be set is an error.
[[nodiscard]] Result<Verified> verify(const NetworkGoal& goal, Kernel& kernel,
                                      const VerifyOptions& options);

}  // namespace onectx
