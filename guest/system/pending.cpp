// See pending.h.
#include "guest/system/pending.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <string>
#include <thread>
#include <utility>

#include "guest/system/detached.h"
#include "guest/system/state.h"

namespace onectx {
namespace {

constexpr std::string_view kNoteTakerLock = "pending.lock";

Result<void> leave_file(Root& root, std::string_view path)
{
    TRY(make_run_directory(root));
    TRY(in_context("write " + std::string(path),
                   root.open_inside(path, O_WRONLY | O_CREAT | O_NOFOLLOW, S_IRUSR | S_IWUSR)));
    return {};
}

Result<bool> is_noted(const Root& root)
{
    return TRY(root.status(kPendingNote))
    .has_value();
}

}  // namespace

Result<void> leave_note(Root& root)
{
    return leave_file(root, kPendingNote);
}

Result<void> note_started(Root& root)
{
    return leave_file(root, kStarted);
}

Result<void> drop_note(Root& root)
{
    return in_context("remove " + std::string(kPendingNote),
                      root.remove({.path = std::string(kPendingNote)}));
}

Result<std::optional<NoteTaker>> NoteTaker::begin(Root& root)
{
    auto lock = RunLock::take(root, std::chrono::milliseconds(0), kNoteTakerLock);
    if (lock) return NoteTaker(root, *std::move(lock));
    if (lock.error().code == EWOULDBLOCK) return std::nullopt;
    return std::unexpected(std::move(lock).error());
}

Result<bool> NoteTaker::take(std::chrono::milliseconds quiet, std::chrono::milliseconds unrest)
{
    if (!TRY(is_noted(*root_))) return false;
    const auto deadline = std::chrono::steady_clock::now() + unrest;
    do {
        TRY(drop_note(*root_));
        std::this_thread::sleep_for(quiet);
    } while (TRY(is_noted(*root_)) && std::chrono::steady_clock::now() < deadline);
    return true;
}

Result<void> start_note_taker()
{
    return start_detached({"apply", "--pending"});
}

}  // namespace onectx
