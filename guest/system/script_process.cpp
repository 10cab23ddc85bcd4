// See script_process.h.
#include "guest/system/script_process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <optional>

#include "common/limits.h"
#include "guest/model/shebang.h"
#include "guest/system/files.h"

namespace onectx {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// SIGCHLD as a descriptor, whatever we inherited; put back afterwards.
class ChildEvents {
  public:
    ChildEvents()
    {
        struct sigaction standard{};
        standard.sa_handler = SIG_DFL;
        sigaction(SIGCHLD, &standard, &old_action_);
        sigset_t set;
        sigemptyset(&set);
        sigaddset(&set, SIGCHLD);
        sigprocmask(SIG_BLOCK, &set, &old_mask_);
        fd_ = Fd(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
    }
    ChildEvents(const ChildEvents&) = delete;
    ChildEvents& operator=(const ChildEvents&) = delete;
    ~ChildEvents()
    {
        sigprocmask(SIG_SETMASK, &old_mask_, nullptr);
        sigaction(SIGCHLD, &old_action_, nullptr);
    }

    [[nodiscard]] int fd() const { return fd_.get(); }
    void clear() const
    {
        signalfd_siginfo info{};
        while (::read(fd_.get(), &info, sizeof info) > 0) {
        }
    }

  private:
    Fd fd_;
    sigset_t old_mask_{};
    struct sigaction old_action_{};
};

// execve(2) takes char* and writes through none of them.
std::vector<char*> pointers(const std::vector<std::string>& words)
{
    std::vector<char*> all;
    for (const auto& word : words)
        all.push_back(const_cast<char*>(word.c_str()));
    all.push_back(nullptr);
    return all;
}

// What is about to be executed, made before fork(2): behind it nothing is allocated.
struct Call {
    std::vector<std::string> words;
    std::vector<std::string> environment;
    Fd binary;  // to be executed; else the first word
    std::string directory;
};

// A copy that lives in memory, where no mount option forbids to execute it.
Result<Fd> in_memory(int file, off_t size)
{
    constexpr std::size_t kBlock = 64U << 10U;
    if (std::uint64_t(size) > kMaxMediumCopyBytes)
        return fail("larger than " + std::to_string(kMaxMediumCopyBytes >> 20U) +
                    " MiB, too much to be run from memory");
    Fd copy(memfd_create("script", MFD_CLOEXEC));
    if (!copy.valid()) return os_failure();
    std::string block(kBlock, '\0');
    for (off_t at = 0; at < size;) {
        auto got = pread(file, block.data(), std::min(block.size(), std::size_t(size - at)), at);
        if (got < 0) return os_failure();
        if (got == 0) break;
        TRY(write_all(copy.get(), std::string_view(block).substr(0, std::size_t(got))));
        at += got;
    }
    return copy;
}

Result<Call> make_call(const ScriptProcess& process)
{
    Call call{.words = {}, .environment = process.environment, .binary = {}, .directory = {}};
    call.directory = process.directory;
    // O_NONBLOCK: a FIFO of that name must not make us wait for its writer.
    Fd file(open(process.path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    if (!file.valid()) return fail_errno(process.path);
    struct stat status{};
    if (fstat(file.get(), &status) != 0) return fail_errno(process.path);
    if (!S_ISREG(status.st_mode)) return fail(process.path + ": no regular file");
    std::array<char, kShebangBytes> head{};
    auto got = pread(file.get(), head.data(), head.size(), 0);
    if (got < 0) return fail_errno(process.path);
    std::string_view text(head.data(), std::size_t(got));
    if (!is_binary(text)) {
        call.words = interpreter_call(text, process.path, process.arguments);
        return call;
    }
    call.words = {process.path};
    call.words.insert(call.words.end(), process.arguments.begin(), process.arguments.end());
    if (access(process.path.c_str(), X_OK) != 0)
        call.binary = TRY(in_context(process.path, in_memory(file.get(), status.st_size)));
    return call;
}

// All descriptors but the first three end with execve(2).
void close_on_exec()
{
    constexpr int kFirst = 3;
    constexpr int kMany = 1024;
#ifdef SYS_close_range
    constexpr unsigned kCloexec = 1U << 2U;  // CLOSE_RANGE_CLOEXEC
    if (syscall(SYS_close_range, unsigned(kFirst), ~0U, kCloexec) == 0) return;
#endif
    for (int fd = kFirst; fd < kMany; ++fd)
        fcntl(fd, F_SETFD, FD_CLOEXEC);
}

// In the child; async-signal-safe throughout. Ends with the error's number written to `report`.
[[noreturn]] void execute(const Call& call, char* const* words, char* const* environment,
                          int output, int report)
{
    setsid();
    for (int number = 1; number < NSIG; ++number)
        signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    constexpr mode_t kUsualMask = 022;
    umask(kUsualMask);
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    dup2(null, STDIN_FILENO);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    close_on_exec();
    int problem = 0;
    if (chdir(call.directory.c_str()) != 0) {
        problem = errno;
    } else if (call.binary.valid()) {
        syscall(SYS_execveat, call.binary.get(), "", words, environment, AT_EMPTY_PATH);
        problem = errno;
    } else {
        execve(words[0], words, environment);
        problem = errno;
    }
    if (::write(report, &problem, sizeof problem) < 0) _exit(EXIT_FAILURE);
    _exit(EXIT_FAILURE);
}

struct Child {
    pid_t pid = 0;
    Fd output;  // what it and its children print; does not block
};

Result<Child> start(const Call& call)
{
    std::array<int, 2> output{};
    std::array<int, 2> report{};
    if (pipe2(output.data(), O_CLOEXEC) != 0) return fail_errno("pipe");
    Fd read_output(output[0]);
    Fd write_output(output[1]);
    if (pipe2(report.data(), O_CLOEXEC) != 0) return fail_errno("pipe");
    Fd read_report(report[0]);
    Fd write_report(report[1]);
    auto words = pointers(call.words);
    auto environment = pointers(call.environment);
    auto pid = fork();
    if (pid < 0) return fail_errno("fork");
    if (pid == 0)
        execute(call, words.data(), environment.data(), write_output.get(), write_report.get());
    write_report = Fd();
    int problem = 0;
    // Comes to its end when the child has become the script.
    if (::read(read_report.get(), &problem, sizeof problem) == sizeof problem) {
        while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
        }
        return fail_errno(call.words.front(), problem);
    }
    fcntl(read_output.get(), F_SETFL, O_NONBLOCK);
    return Child{pid, std::move(read_output)};
}

// Everything that can be had without waiting; false at the end of the pipe.
bool drain(int output, ScriptLog& log)
{
    constexpr int kRounds = 64;  // then others get a turn: a script may print without end
    std::array<char, 64U << 10U> block;
    for (int round = 0; round < kRounds; ++round) {
        auto got = ::read(output, block.data(), block.size());
        if (got == 0) return false;
        if (got < 0) return errno == EAGAIN || errno == EINTR;
        log.add({block.data(), std::size_t(got)});
    }
    return true;
}

struct Ended {
    int status = 0;
    bool over_time = false;
};

class Watch {
  public:
    Watch(Child& child, ScriptLog& log, milliseconds limit)
        : child_(child), log_(log), limited_(limit.count() != 0), deadline_(Clock::now() + limit)
    {
    }

    // Until the script itself has ended; what it printed by then is in the log.
    Ended wait(const ChildEvents& events)
    {
        Ended ended;
        for (;;) {
            events.clear();
            if (waitpid(child_.pid, &ended.status, WNOHANG) == child_.pid) break;
            if (limited_ && Clock::now() >= deadline_) {
                kill(-child_.pid, ended.over_time ? SIGKILL : SIGTERM);
                ended.over_time = true;
                deadline_ = Clock::now() + kTermGrace;
            }
            std::array<pollfd, 2> wanted{{{events.fd(), POLLIN, 0}, {output(), POLLIN, 0}}};
            poll(wanted.data(), wanted.size(), timeout());
            if (wanted[1].revents != 0) read();
        }
        // A pipe holds no more than a few rounds of it.
        read();
        return ended;
    }

    // Whether somebody still has the pipe to print to.
    [[nodiscard]] bool is_open() const { return open_; }

  private:
    [[nodiscard]] int output() const { return open_ ? child_.output.get() : -1; }
    void read() { open_ = open_ && drain(child_.output.get(), log_); }
    [[nodiscard]] int timeout() const
    {
        if (!limited_) return -1;
        auto left = std::chrono::ceil<milliseconds>(deadline_ - Clock::now()).count();
        return static_cast<int>(std::max<std::int64_t>(left, 0));
    }

    Child& child_;
    ScriptLog& log_;
    bool limited_;
    Clock::time_point deadline_;
    bool open_ = true;
};

// Locks are descriptors too (flock(2)): who only reads for others must not hold any.
void close_all_but(const std::array<int, 3>& kept)
{
    constexpr int kMany = 1024;
    for (int fd = 0; fd < kMany; ++fd)
        if (std::find(kept.begin(), kept.end(), fd) == kept.end()) close(fd);
    // The first three stay what everybody takes them for.
    while (true) {
        int fd = open("/dev/null", O_RDWR);
        if (fd <= STDERR_FILENO) continue;
        close(fd);
        return;
    }
}

// What the script left behind goes on printing: somebody has to read it, or it would be killed by
// SIGPIPE. A process of ours does, for as long as there is anything to read.
void keep_reading(int output, ScriptLog& log)
{
    if (fork() != 0) return;
    setsid();
    close_all_but({output, log.file(), log.echo()});
    fcntl(output, F_SETFL, 0);
    while (drain(output, log)) {
    }
    log.close();
    _exit(EXIT_SUCCESS);
}

std::string seconds(Clock::duration passed)
{
    constexpr int kThousand = 1000;
    auto ms = std::chrono::duration_cast<milliseconds>(passed).count();
    auto rest = std::to_string(kThousand + ms % kThousand).substr(1);
    return std::to_string(ms / kThousand) + "." + rest + " s";
}

std::string ending(const Ended& ended, milliseconds limit)
{
    if (ended.over_time)
        return "still running after " +
               std::to_string(std::chrono::ceil<std::chrono::seconds>(limit).count()) +
               " s, killed";
    if (WIFSIGNALED(ended.status))
        return "killed by signal " + std::to_string(WTERMSIG(ended.status));
    return "exit status " + std::to_string(WEXITSTATUS(ended.status));
}

}  // namespace

Result<void> run_script(const ScriptProcess& process, ScriptLog& log)
{
    auto started = Clock::now();
    ChildEvents events;
    auto begin = [&]() -> Result<Child> { return start(TRY(make_call(process))); };
    auto child = begin();
    if (!child) {
        log.end(child.error().message);
        return std::unexpected(std::move(child).error());
    }
    Watch watch(*child, log, process.limit);
    auto ended = watch.wait(events);
    auto how = ending(ended, process.limit);
    log.end(how + " after " + seconds(Clock::now() - started), watch.is_open());
    if (watch.is_open()) keep_reading(child->output.get(), log);
    if (!ended.over_time && WIFEXITED(ended.status) && WEXITSTATUS(ended.status) == 0) return {};
    return fail(std::move(how), ended.over_time ? ETIMEDOUT : 0);
}

}  // namespace onectx
