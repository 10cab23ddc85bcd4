// Starting programs: the only way the guest has to do it. No shell, no inherited descriptors, a
// limit in time.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "common/result.h"

namespace onectx {

inline constexpr std::chrono::seconds kRunLimit{60};

class Runner {
  public:
    Runner() = default;
    Runner(const Runner&) = delete;
    Runner& operator=(const Runner&) = delete;
    virtual ~Runner() = default;

    // Runs argv[0] (an absolute path, or a name looked up in /usr/sbin:/usr/bin:/sbin:/bin) to its
    // end, stdin empty, its output dropped. Exit status 0 is success; anything else, a signal or
    // the time limit (the process group is killed) is an error that names the program and never its
    // arguments.
    [[nodiscard]] virtual Result<void> run(const std::vector<std::string>& argv) = 0;
};

// In a session of its own, in "/", with no variable but PATH.
class SystemRunner : public Runner {
  public:
    explicit SystemRunner(std::chrono::milliseconds limit = kRunLimit) : limit_(limit) {}
    [[nodiscard]] Result<void> run(const std::vector<std::string>& argv) override;

  private:
    std::chrono::milliseconds limit_;
};

}  // namespace onectx
