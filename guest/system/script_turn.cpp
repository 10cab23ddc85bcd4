// See script_turn.h.
#include "guest/system/script_turn.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <chrono>
#include <string>

#include "guest/system/lock.h"
#include "guest/system/state.h"

namespace onectx {
namespace {

constexpr std::string_view kTurn = "/run/onectx/scripts.lock";
constexpr std::string_view kQueue = "scripts-next.lock";
constexpr std::string_view kProgress = "/run/onectx/scripts-now.json";

Result<bool> is_turn_taken(const Root& root)
{
    auto turn = root.open_inside(kTurn, O_RDWR | O_NOFOLLOW);
    if (!turn && turn.error().code == ENOENT) return false;
    if (!turn) return fail("open " + std::string(kTurn) + ": " + turn.error().message);
    if (flock(turn->get(), LOCK_SH | LOCK_NB) == 0) return false;
    if (errno == EWOULDBLOCK) return true;
    return fail_errno("lock " + std::string(kTurn));
}

void end_running(Report& report)
{
    if (!report.running) return;
    report.steps.push_back({.name = std::move(report.running->step),
                            .result = StepResult::failed,
                            .message = "onectx-guest was ended while it ran"});
    report.running.reset();
}

Result<void> forget_progress(Root& root)
{
    return in_context("remove " + std::string(kProgress),
                      root.remove({.path = std::string(kProgress)}));
}

}  // namespace

Result<std::optional<Fd>> take_script_turn(Root& root)
{
    auto queue = RunLock::take(root, std::chrono::milliseconds(0), kQueue);
    if (!queue && queue.error().code == EWOULDBLOCK) return std::nullopt;
    const auto next = TRY(std::move(queue));
    const auto path = std::string(kTurn);
    auto turn = TRY(in_context(
        "open " + path, root.open_inside(path, O_RDWR | O_CREAT | O_NOFOLLOW, S_IRUSR | S_IWUSR)));
    // For as long as it takes: a script may run for days.
    while (flock(turn.get(), LOCK_EX) != 0)
        if (errno != EINTR) return fail_errno("lock " + path);
    return turn;
}

Result<void> note_progress(Root& root, const Report& report)
{
    return write_private(root, kProgress, record_of({report}));
}

Result<std::optional<Report>> noted_progress(const Root& root)
{
    auto runs = TRY(recall(root, kProgress));
    if (!runs.empty() && !TRY(is_turn_taken(root))) {
        // Who had it may have come to his end in between, and then it is in the record of runs.
        runs = TRY(recall(root, kProgress));
        if (!runs.empty()) end_running(runs.back());
    }
    if (runs.empty()) return std::nullopt;
    return std::move(runs.back());
}

Result<void> remember_interrupted(Root& root)
{
    auto runs = recall(root, kProgress);
    // One that cannot be read says nothing, and must not be in the way for ever.
    if (runs && runs->empty()) return {};
    if (runs) {
        end_running(runs->back());
        TRY(remember(root, std::move(runs->back())));
    }
    return forget_progress(root);
}

Result<void> remember_finished(Root& root, Report report)
{
    TRY(remember(root, std::move(report)));
    return forget_progress(root);
}

}  // namespace onectx
