// See pending.h.
#include "guest/system/pending.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>

#include <string>
#include <thread>
#include <utility>

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

// The descriptors of the caller are a pipe to udev, which would wait for its end.
class Silence {
  public:
    Silence()
    {
        posix_spawn_file_actions_init(&actions_);
        for (int fd : {0, 1, 2})
            posix_spawn_file_actions_addopen(&actions_, fd, "/dev/null", O_RDWR, 0);
        posix_spawnattr_init(&attributes_);
        posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSID);
    }
    Silence(const Silence&) = delete;
    Silence& operator=(const Silence&) = delete;
    ~Silence()
    {
        posix_spawnattr_destroy(&attributes_);
        posix_spawn_file_actions_destroy(&actions_);
    }

    [[nodiscard]] int spawn(const char* program, char* const* argv, char* const* environment) const
    {
        pid_t child = 0;
        return posix_spawn(&child, program, &actions_, &attributes_, argv, environment);
    }

  private:
    posix_spawn_file_actions_t actions_{};
    posix_spawnattr_t attributes_{};
};

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
    std::string program = "/proc/self/exe";
    std::string name = "onectx-guest";
    std::string command = "apply";
    std::string option = "--pending";
    char* argv[] = {name.data(), command.data(), option.data(), nullptr};
    char* environment[] = {nullptr};
    if (int code = Silence().spawn(program.c_str(), argv, environment); code != 0)
        return fail_errno("start " + name, code);
    return {};
}

}  // namespace onectx
