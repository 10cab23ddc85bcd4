// The lock of the account files, as lckpwdf(3) takes it: a write lock on all of /etc/.pwd.lock, at
// most 15 s waited for. Ours works below any root and needs no signal. passwd(1), useradd(8) and
// systemd-sysusers take it too; the *.lock files of shadow's own tools come after it, so they are
// left alone.
#pragma once

#include <chrono>

#include "common/result.h"
#include "guest/system/fd.h"
#include "guest/system/root.h"

namespace onectx {

inline constexpr std::chrono::seconds kAccountsLockLimit{15};

class AccountsLock {
  public:
    // Held until the object goes. Makes /etc and the file when they are missing.
    [[nodiscard]] static Result<AccountsLock> take(
        Root& root, std::chrono::milliseconds limit = kAccountsLockLimit);

  private:
    explicit AccountsLock(Fd fd) : fd_(std::move(fd)) {}
    Fd fd_;
};

}  // namespace onectx
