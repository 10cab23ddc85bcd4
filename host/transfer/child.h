// A program that is fed from a file and listened to: started without a shell, never waited for
// longer than it makes progress.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/result.h"
#include "host/output_file.h"
#include "posix/fd.h"

namespace onectx {

// What it said at last; more than that is forgotten.
inline constexpr std::size_t kMaxChildOutput = 64U << 10U;

struct ChildInput {
    int fd;  // at any position; `bytes` of it from the beginning
    std::uint64_t bytes;
};

struct ChildEnd {
    int status = 0;              // as waitpid(2) gives it
    std::uint64_t consumed = 0;  // of the input, by the program or the pipe to it
    std::string out;
    std::string err;
};

// Runs until the program ends. It is not waited for that nobody holds its output open any more:
// what ssh leaves in the background for the next connection would keep us. An error when it cannot
// be started, when it takes nothing, says nothing and does not end for `patience` (0: for ever),
// or when a signal is held; it is ended then.
[[nodiscard]] Result<ChildEnd> run_child(const std::vector<std::string>& argv,
                                         const ChildInput& input, std::chrono::seconds patience,
                                         const SignalHold& signals);

}  // namespace onectx
