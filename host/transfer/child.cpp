// See child.h.
#include "host/transfer/child.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <thread>

#include "common/text.h"

extern char** environ;

namespace onectx {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kPipeBytes = 1 << 20;
constexpr std::size_t kChunkBytes = 1U << 20U;
constexpr std::chrono::milliseconds kTick{100};   // how often held signals are looked for
constexpr std::chrono::milliseconds kGrace{500};  // between SIGTERM and SIGKILL

struct Pipe {
    Fd read;
    Fd write;
};

Result<Pipe> make_pipe()
{
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) return fail_errno("make a pipe");
    return Pipe{Fd(ends[0]), Fd(ends[1])};
}

bool set_nonblocking(const Fd& fd)
{
    return fcntl(fd.get(), F_SETFL, O_NONBLOCK) == 0;
}

// The attributes of the process to start: signals as if we had never touched them.
class SpawnSettings {
  public:
    SpawnSettings(const Pipe& in, const Pipe& out, const Pipe& err, const SignalHold& signals)
    {
        posix_spawn_file_actions_init(&actions_);
        posix_spawn_file_actions_adddup2(&actions_, in.read.get(), STDIN_FILENO);
        posix_spawn_file_actions_adddup2(&actions_, out.write.get(), STDOUT_FILENO);
        posix_spawn_file_actions_adddup2(&actions_, err.write.get(), STDERR_FILENO);
        posix_spawnattr_init(&attributes_);
        posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
        posix_spawnattr_setsigmask(&attributes_, &signals.before());
        sigset_t defaults{};
        sigemptyset(&defaults);
        sigaddset(&defaults, SIGPIPE);
        sigaddset(&defaults, SIGXFSZ);
        posix_spawnattr_setsigdefault(&attributes_, &defaults);
    }
    SpawnSettings(const SpawnSettings&) = delete;
    SpawnSettings& operator=(const SpawnSettings&) = delete;
    ~SpawnSettings()
    {
        posix_spawn_file_actions_destroy(&actions_);
        posix_spawnattr_destroy(&attributes_);
    }

    [[nodiscard]] Result<pid_t> spawn(std::vector<std::string> argv) const
    {
        std::vector<char*> words;
        for (auto& word : argv)
            words.push_back(word.data());
        words.push_back(nullptr);
        pid_t pid = 0;
        auto code = posix_spawnp(&pid, words[0], &actions_, &attributes_, words.data(), environ);
        if (code != 0) return fail_errno("start " + printable(argv[0]), code);
        return pid;
    }

  private:
    posix_spawn_file_actions_t actions_{};
    posix_spawnattr_t attributes_{};
};

// A pipe to the program breaks when it ends early: that is an error to see, no reason to die.
class PipeSignalIgnored {
  public:
    PipeSignalIgnored() : before_(std::signal(SIGPIPE, SIG_IGN)) {}
    PipeSignalIgnored(const PipeSignalIgnored&) = delete;
    PipeSignalIgnored& operator=(const PipeSignalIgnored&) = delete;
    ~PipeSignalIgnored() { std::signal(SIGPIPE, before_); }

  private:
    void (*before_)(int);
};

class Child {
  public:
    static Result<Child> start(const std::vector<std::string>& argv, const SignalHold& signals);
    Child(Child&& other) noexcept
        : pid_(std::exchange(other.pid_, 0)),
          handle_(std::move(other.handle_)),
          in_(std::move(other.in_)),
          out_(std::move(other.out_)),
          err_(std::move(other.err_))
    {
    }
    Child& operator=(Child&&) = delete;
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child();

    Result<ChildEnd> run(const ChildInput& input, std::chrono::seconds patience,
                         const SignalHold& signals);

  private:
    Child() = default;
    Result<bool> step(const ChildInput& input);
    Result<void> feed(const ChildInput& input);
    bool listen(const Fd& fd, std::string& said);
    [[nodiscard]] bool has_ended(std::chrono::milliseconds wait) const;
    ChildEnd finish();

    pid_t pid_ = 0;
    Fd handle_;
    Fd in_;
    Fd out_;
    Fd err_;
    ChildEnd end_;
    bool moved_ = false;  // in the last step
};

Result<Child> Child::start(const std::vector<std::string>& argv, const SignalHold& signals)
{
    auto in = TRY(make_pipe());
    auto out = TRY(make_pipe());
    auto err = TRY(make_pipe());
    Child child;
    child.pid_ = TRY(SpawnSettings(in, out, err, signals).spawn(argv));
    // The header of glibc 2.36 declares pidfd_open for C alone.
    child.handle_ = Fd(static_cast<int>(syscall(SYS_pidfd_open, child.pid_, 0)));
    if (!child.handle_.valid()) return fail_errno("watch " + printable(argv[0]));
    child.in_ = std::move(in.write);
    child.out_ = std::move(out.read);
    child.err_ = std::move(err.read);
    fcntl(child.in_.get(), F_SETPIPE_SZ, kPipeBytes);  // a wish
    if (!set_nonblocking(child.in_) || !set_nonblocking(child.out_) || !set_nonblocking(child.err_))
        return fail_errno("set up a pipe");
    return child;
}

Child::~Child()
{
    if (pid_ == 0) return;
    in_ = Fd();
    kill(pid_, SIGTERM);
    if (!has_ended(kGrace)) kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
}

bool Child::has_ended(std::chrono::milliseconds wait) const
{
    pollfd watched{.fd = handle_.get(), .events = POLLIN, .revents = 0};
    return poll(&watched, 1, static_cast<int>(wait.count())) > 0;
}

Result<ChildEnd> Child::run(const ChildInput& input, std::chrono::seconds patience,
                            const SignalHold& signals)
{
    auto last = Clock::now();
    while (!TRY(step(input))) {
        if (signals.interrupted()) return fail("interrupted", EINTR);
        auto now = Clock::now();
        if (moved_) last = now;
        if (patience.count() > 0 && now - last > patience) {
            return fail("no progress for " + std::to_string(patience.count()) + " seconds",
                        ETIMEDOUT);
        }
    }
    return finish();
}

// One wait and what it brought; true at the end of the program.
Result<bool> Child::step(const ChildInput& input)
{
    std::array<pollfd, 4> watched{{
        {.fd = handle_.get(), .events = POLLIN, .revents = 0},
        {.fd = out_.get(), .events = POLLIN, .revents = 0},
        {.fd = err_.get(), .events = POLLIN, .revents = 0},
        {.fd = in_.get(), .events = POLLOUT, .revents = 0},  // -1, once closed: left out
    }};
    moved_ = false;
    if (poll(watched.data(), watched.size(), static_cast<int>(kTick.count())) < 0)
        return errno == EINTR ? Result<bool>(false) : fail_errno("wait for a program");
    if (watched[1].revents != 0 && !listen(out_, end_.out)) out_ = Fd();
    if (watched[2].revents != 0 && !listen(err_, end_.err)) err_ = Fd();
    if (watched[3].revents != 0) TRY(feed(input));
    return watched[0].revents != 0;
}

Result<void> Child::feed(const ChildInput& input)
{
    auto offset = static_cast<off_t>(end_.consumed);
    auto rest = std::min<std::uint64_t>(input.bytes - end_.consumed, kChunkBytes);
    auto sent = sendfile(in_.get(), input.fd, &offset, static_cast<std::size_t>(rest));
    if (sent < 0 && (errno == EAGAIN || errno == EINTR)) return {};
    if (sent < 0 && errno != EPIPE) return fail_errno("read the image");
    if (sent > 0) end_.consumed += static_cast<std::uint64_t>(sent);
    moved_ = sent > 0;
    // All of it is there, or nobody wants more: why, the end of the program tells.
    if (sent <= 0 || end_.consumed == input.bytes) in_ = Fd();
    return {};
}

// False at the end.
bool Child::listen(const Fd& fd, std::string& said)
{
    std::array<char, 4096> buffer{};
    auto got = read(fd.get(), buffer.data(), buffer.size());
    if (got < 0) return errno == EAGAIN || errno == EINTR;
    said.append(buffer.data(), static_cast<std::size_t>(got));
    if (said.size() > kMaxChildOutput) said.erase(0, said.size() - kMaxChildOutput);
    moved_ = moved_ || got > 0;
    return got > 0;
}

ChildEnd Child::finish()
{
    for (auto [fd, said] : {std::pair(&out_, &end_.out), std::pair(&err_, &end_.err)}) {
        moved_ = fd->valid();
        while (moved_) {
            moved_ = false;
            static_cast<void>(listen(*fd, *said));
        }
    }
    waitpid(std::exchange(pid_, 0), &end_.status, 0);
    return std::move(end_);
}

}  // namespace

Result<ChildEnd> run_child(const std::vector<std::string>& argv, const ChildInput& input,
                           std::chrono::seconds patience, const SignalHold& signals)
{
    PipeSignalIgnored ignored;
    auto child = TRY(Child::start(argv, signals));
    return child.run(input, patience, signals);
}

}  // namespace onectx
