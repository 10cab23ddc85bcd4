// See runner.h.
#include "guest/system/runner.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <optional>
#include <span>

#include "common/text.h"
#include "guest/system/fd.h"
#include "guest/system/http/deadline.h"

namespace onectx {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr const char* kPath = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
constexpr std::array<std::string_view, 4> kDirectories{"/usr/sbin/", "/usr/bin/", "/sbin/",
                                                       "/bin/"};
// SIGCHLD may be taken by another thread, so no wait for it is longer than this.
constexpr milliseconds kLongestWait{100};

// A child that ends wakes us and can be waited for, whatever we inherited; put back afterwards.
class ChildSignal {
  public:
    ChildSignal()
    {
        struct sigaction standard{};
        standard.sa_handler = SIG_DFL;
        sigaction(SIGCHLD, &standard, &old_action_);
        sigemptyset(&set_);
        sigaddset(&set_, SIGCHLD);
        pthread_sigmask(SIG_BLOCK, &set_, &old_mask_);
    }
    ChildSignal(const ChildSignal&) = delete;
    ChildSignal& operator=(const ChildSignal&) = delete;
    ~ChildSignal()
    {
        pthread_sigmask(SIG_SETMASK, &old_mask_, nullptr);
        sigaction(SIGCHLD, &old_action_, nullptr);
    }

    void wait(milliseconds limit) const
    {
        constexpr long kNanosecondsInMillisecond = 1'000'000;
        timespec timeout{};
        timeout.tv_nsec =
            std::clamp(limit, milliseconds(0), kLongestWait).count() * kNanosecondsInMillisecond;
        sigtimedwait(&set_, nullptr, &timeout);
    }

  private:
    sigset_t set_{};
    sigset_t old_mask_{};
    struct sigaction old_action_{};
};

// What posix_spawn(3) is told, released with it.
class SpawnSettings {
  public:
    // Standard output goes to `output`, or nowhere.
    explicit SpawnSettings(int output = -1)
    {
        posix_spawn_file_actions_init(&actions_);
        posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
        posix_spawn_file_actions_adddup2(&actions_, STDOUT_FILENO, STDERR_FILENO);
        if (output >= 0) posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
        posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
        posix_spawn_file_actions_addchdir_np(&actions_, "/");

        sigset_t none;
        sigset_t all;
        sigemptyset(&none);
        sigfillset(&all);
        posix_spawnattr_init(&attributes_);
        posix_spawnattr_setsigmask(&attributes_, &none);
        posix_spawnattr_setsigdefault(&attributes_, &all);
        // A session of its own is a process group of its own, which the time limit can kill whole.
        posix_spawnattr_setflags(
            &attributes_, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    }
    SpawnSettings(const SpawnSettings&) = delete;
    SpawnSettings& operator=(const SpawnSettings&) = delete;
    ~SpawnSettings()
    {
        posix_spawn_file_actions_destroy(&actions_);
        posix_spawnattr_destroy(&attributes_);
    }

    [[nodiscard]] const posix_spawn_file_actions_t* actions() const { return &actions_; }
    [[nodiscard]] const posix_spawnattr_t* attributes() const { return &attributes_; }

  private:
    posix_spawn_file_actions_t actions_{};
    posix_spawnattr_t attributes_{};
};

std::optional<std::string> find_program(const std::string& name)
{
    if (name.starts_with('/')) return name;
    if (name.empty() || name.find('/') != std::string::npos) return std::nullopt;
    for (auto directory : kDirectories) {
        auto path = std::string(directory) + name;
        if (access(path.c_str(), X_OK) == 0) return path;
    }
    return std::nullopt;
}

Result<pid_t> spawn(const std::string& program, const std::vector<std::string>& argv,
                    const SpawnSettings& settings)
{
    // posix_spawn(3) takes char* and writes through none of them.
    std::vector<char*> arguments;
    for (const auto& argument : argv)
        arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    std::array<char*, 2> environment{const_cast<char*>(kPath), nullptr};
    pid_t pid = 0;
    int problem = posix_spawn(&pid, program.c_str(), settings.actions(), settings.attributes(),
                              arguments.data(), environment.data());
    if (problem != 0) return fail(errno_text(problem), problem);
    return pid;
}

void put_down(pid_t pid)
{
    kill(-pid, SIGKILL);
    while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
    }
}

// The status as waitpid(2) gives it; absent when the limit has passed, and the child is dead then.
Result<std::optional<int>> wait_for(pid_t pid, milliseconds limit, const ChildSignal& signal)
{
    auto deadline = Clock::now() + limit;
    int status = 0;
    for (;;) {
        auto done = waitpid(pid, &status, WNOHANG);
        if (done < 0 && errno != EINTR) return fail(errno_text(errno), errno);
        if (done == pid) return status;
        auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
        if (left <= milliseconds(0)) break;
        signal.wait(left);
    }
    put_down(pid);
    return std::nullopt;
}

Failure too_late(const std::string& phrase, milliseconds limit)
{
    return fail(phrase + ": still running after " +
                    std::to_string(std::chrono::ceil<std::chrono::seconds>(limit).count()) +
                    " s, killed",
                ETIMEDOUT);
}

std::string phrase_of(std::string_view program)
{
    return "run " + printable(program);
}

Result<pid_t> start(const std::vector<std::string>& argv)
{
    if (argv.empty()) return fail("run: no program is named");
    const auto program = find_program(argv.front());
    if (!program) return fail_errno(phrase_of(argv.front()), ENOENT);
    return in_context(phrase_of(argv.front()), spawn(*program, argv, SpawnSettings()));
}

// The exit status; waited for until the deadline, which is `limit` after the start.
Result<int> exit_status_of(pid_t pid, const std::string& phrase, milliseconds limit,
                           const Deadline& deadline, const ChildSignal& signal)
{
    const auto status =
        TRY(in_context(phrase, wait_for(pid, milliseconds(deadline.remaining_ms()), signal)));
    if (!status) return too_late(phrase, limit);
    if (WIFSIGNALED(*status))
        return fail(phrase + ": killed by signal " + std::to_string(WTERMSIG(*status)));
    return WEXITSTATUS(*status);
}

Result<void> end_of(pid_t pid, std::string_view program, milliseconds limit,
                    const Deadline& deadline, const ChildSignal& signal)
{
    const auto phrase = phrase_of(program);
    const auto status = TRY(exit_status_of(pid, phrase, limit, deadline, signal));
    if (status != 0) return fail(phrase + ": exit status " + std::to_string(status));
    return {};
}

// Up to the end of the pipe; an error when that is too far or too late.
Result<std::string> read_pipe(int pipe, std::size_t max_bytes, const Deadline& deadline)
{
    std::string text;
    std::array<char, 16U << 10U> buffer{};
    for (;;) {
        pollfd polled{pipe, POLLIN, 0};
        const auto ready = poll(&polled, 1, deadline.remaining_ms());
        if (ready == 0) return fail("late", ETIMEDOUT);
        const auto got = ready < 0 ? -1 : read(pipe, buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return fail(errno_text(errno), errno);
        if (got == 0) return text;
        text.append(buffer.data(), static_cast<std::size_t>(got));
        if (text.size() > max_bytes) return fail("prints too much, killed", EFBIG);
    }
}

}  // namespace

Result<std::optional<std::string>> output_of(const std::vector<std::string>& argv,
                                             std::size_t max_bytes, milliseconds limit)
{
    const auto phrase = phrase_of(argv.front());
    const Deadline deadline(limit);
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) return fail_errno(phrase);
    const Fd ours(ends[0]);
    Fd theirs(ends[1]);
    const ChildSignal signal;
    const auto pid =
        TRY(in_context(phrase, spawn(argv.front(), argv, SpawnSettings(theirs.get()))));
    theirs = Fd();
    auto text = read_pipe(ours.get(), max_bytes, deadline);
    if (!text) {
        put_down(pid);
        if (text.error().code == ETIMEDOUT) return too_late(phrase, limit);
        return in_context(
            phrase, Result<std::optional<std::string>>(std::unexpected(std::move(text).error())));
    }
    if (TRY(exit_status_of(pid, phrase, limit, deadline, signal)) != 0) return std::nullopt;
    return std::move(*text);
}

Result<void> Runner::run_together(const std::vector<std::vector<std::string>>& programs)
{
    std::vector<Result<void>> ends;
    for (const auto& argv : programs)
        ends.push_back(run(argv));
    return all_succeeded(ends);
}

Result<void> SystemRunner::run(const std::vector<std::string>& argv)
{
    return run_together({argv});
}

Result<void> SystemRunner::run_together(const std::vector<std::vector<std::string>>& programs)
{
    const ChildSignal signal;
    std::vector<Result<void>> ends;
    for (auto rest = std::span(programs); !rest.empty();) {
        const auto some = rest.first(std::min(rest.size(), kMaxRunTogether));
        rest = rest.subspan(some.size());
        const Deadline deadline(limit_);
        std::vector<Result<pid_t>> started;
        for (const auto& argv : some)
            started.push_back(start(argv));
        for (std::size_t i = 0; i < some.size(); ++i)
            ends.push_back(started[i]
                               ? end_of(*started[i], some[i].front(), limit_, deadline, signal)
                               : std::unexpected(started[i].error()));
    }
    return all_succeeded(ends);
}

}  // namespace onectx
