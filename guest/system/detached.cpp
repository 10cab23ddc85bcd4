// See detached.h.
#include "guest/system/detached.h"

#include <fcntl.h>
#include <spawn.h>
#include <unistd.h>

#include <array>
#include <csignal>

namespace onectx {
namespace {

class Settings {
  public:
    Settings()
    {
        posix_spawn_file_actions_init(&actions_);
        for (int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
            posix_spawn_file_actions_addopen(&actions_, fd, "/dev/null", O_RDWR, 0);
        sigset_t none;
        sigemptyset(&none);
        posix_spawnattr_init(&attributes_);
        posix_spawnattr_setsigmask(&attributes_, &none);
        posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK);
    }
    Settings(const Settings&) = delete;
    Settings& operator=(const Settings&) = delete;
    ~Settings()
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

Result<void> start_detached(const std::vector<std::string>& arguments)
{
    std::vector<std::string> words{"onectx-guest"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (auto& word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    std::array<char*, 1> environment{nullptr};
    int problem = Settings().spawn("/proc/self/exe", argv.data(), environment.data());
    if (problem != 0) return fail_errno("start onectx-guest", problem);
    return {};
}

}  // namespace onectx
