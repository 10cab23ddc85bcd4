// See lock.h.
#include "guest/system/lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <string>
#include <thread>

#include "common/text.h"
#include "guest/system/files.h"
#include "guest/system/state.h"

namespace onectx {
namespace {

// Neither lock can be waited for with a limit but by a signal, which a library should not own.
constexpr std::chrono::milliseconds kBetweenAttempts{20};
constexpr std::size_t kMaxPidBytes = 32;

std::string holder(int fd)
{
    auto text = read_all(fd, kMaxPidBytes);
    if (!text || !parse_number(trim(*text), 1, INT32_MAX)) return "";
    return " (pid " + std::string(trim(*text)) + ")";
}

}  // namespace

Result<bool> wait_for_lock(const std::function<Result<bool>()>& attempt,
                           std::chrono::milliseconds limit)
{
    auto deadline = std::chrono::steady_clock::now() + limit;
    for (;;) {
        if (TRY(attempt())) return true;
        if (std::chrono::steady_clock::now() >= deadline) return false;
        std::this_thread::sleep_for(kBetweenAttempts);
    }
}

Result<RunLock> RunLock::take(Root& root, std::chrono::milliseconds limit, std::string_view file)
{
    TRY(make_run_directory(root));
    auto path = std::string(kRunDirectory) + "/" + std::string(file);
    auto fd = TRY(root.open_inside(path, O_RDWR | O_CREAT | O_NOFOLLOW, S_IRUSR | S_IWUSR));
    auto attempt = [&]() -> Result<bool> {
        if (flock(fd.get(), LOCK_EX | LOCK_NB) == 0) return true;
        if (errno == EWOULDBLOCK || errno == EINTR) return false;
        return fail_errno("lock " + path);
    };
    if (!TRY(wait_for_lock(attempt, limit)))
        return fail("another run holds the lock" + holder(fd.get()), EWOULDBLOCK);
    // The number is for that message only; a full file system must not keep us from running.
    auto pid = std::to_string(getpid()) + "\n";
    if (ftruncate(fd.get(), 0) == 0)
        static_cast<void>(pwrite(fd.get(), pid.data(), pid.size(), 0) != 0);
    return RunLock(std::move(fd));
}

}  // namespace onectx
