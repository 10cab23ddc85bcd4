// The lock that lets one run at a time change a root: <root>/run/onectx/lock, flock(2), held until
// the object goes. The kernel drops it with the process, so no lock is ever stale. Another file of
// that directory is another lock.
#pragma once

#include <chrono>
#include <functional>
#include <string_view>

#include "common/result.h"
#include "guest/system/fd.h"
#include "guest/system/root.h"

namespace onectx {

// Calls `attempt` (true: got it; errors other than "somebody holds it" end the wait) until it
// succeeds or the limit has passed; false then. At least one attempt is made.
[[nodiscard]] Result<bool> wait_for_lock(const std::function<Result<bool>()>& attempt,
                                         std::chrono::milliseconds limit);

class RunLock {
  public:
    // Waits at most `limit`, then fails with "another run holds the lock (pid 123)". Makes the
    // run directory (see state.h).
    [[nodiscard]] static Result<RunLock> take(Root& root, std::chrono::milliseconds limit,
                                              std::string_view file = "lock");

  private:
    explicit RunLock(Fd fd) : fd_(std::move(fd)) {}
    Fd fd_;
};

}  // namespace onectx
