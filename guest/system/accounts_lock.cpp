// See accounts_lock.h.
#include "guest/system/accounts_lock.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "guest/system/lock.h"

namespace onectx {

Result<AccountsLock> AccountsLock::take(Root& root, std::chrono::milliseconds limit)
{
    constexpr auto kPath = "/etc/.pwd.lock";
    TRY(in_context("make /etc", root.make_directory({.path = "/etc"}, 0, 0)));
    auto fd = TRY(root.open_inside(kPath, O_WRONLY | O_CREAT | O_NOFOLLOW, S_IRUSR | S_IWUSR));
    // A lock of the open file description conflicts with lckpwdf's lock of the process and does not
    // vanish when some other part of this process closes the same file (fcntl(2)).
    struct flock whole{};
    whole.l_type = F_WRLCK;
    whole.l_whence = SEEK_SET;
    auto attempt = [&]() -> Result<bool> {
        if (fcntl(fd.get(), F_OFD_SETLK, &whole) == 0) return true;
        if (errno == EAGAIN || errno == EACCES || errno == EINTR) return false;
        return fail_errno("lock /etc/.pwd.lock");
    };
    if (!TRY(wait_for_lock(attempt, limit)))
        return fail("another program holds /etc/.pwd.lock", EAGAIN);
    return AccountsLock(std::move(fd));
}

}  // namespace onectx
