// Starting programs: the only way the guest has to do it. No shell, no inherited descriptors, a
// limit in time and, where its output is read, in size.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "common/result.h"

namespace onectx {

inline constexpr std::chrono::seconds kRunLimit{60};
inline constexpr std::size_t kMaxRunTogether = 16;  // a context may name many NICs

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

    // As run() does each of them, all in the end, none of kMaxRunTogether waiting for another where
    // the runner can have it so; what went wrong with each is one error, in their order.
    [[nodiscard]] virtual Result<void> run_together(
        const std::vector<std::vector<std::string>>& programs);
};

// In a session of its own, in "/", with no variable but PATH.
class SystemRunner : public Runner {
  public:
    explicit SystemRunner(std::chrono::milliseconds limit = kRunLimit) : limit_(limit) {}
    [[nodiscard]] Result<void> run(const std::vector<std::string>& argv) override;
    [[nodiscard]] Result<void> run_together(
        const std::vector<std::vector<std::string>>& programs) override;

  private:
    std::chrono::milliseconds limit_;
};

// What a program prints to standard output when it is run as SystemRunner does; absent when it
// exits with another status than 0. More than `max_bytes`, a signal or the time limit is an error,
// and the process group is killed. `argv[0]` is an absolute path.
[[nodiscard]] Result<std::optional<std::string>> output_of(const std::vector<std::string>& argv,
                                                           std::size_t max_bytes,
                                                           std::chrono::milliseconds limit);

}  // namespace onectx
