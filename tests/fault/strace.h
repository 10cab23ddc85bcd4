// strace(1) as the disturber of programs: no system call that they make can be forgotten.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/support/process.h"

namespace onectx::test {

struct Call {
    std::string name;
    unsigned number = 0;  // the how-manieth of its name since the program began
};

// Whether strace is there and may trace.
[[nodiscard]] bool strace_works();

[[nodiscard]] Finished strace(const std::vector<std::string>& options,
                              const std::vector<std::string>& program);

// The system calls of the program itself (not of those that it starts) between one whose line names
// `from` and the next that names `to`. Those about memory are left out: a lack of memory is an
// exception and no fault of a disk.
[[nodiscard]] std::vector<Call> calls_between(std::string_view from, std::string_view to,
                                              const std::vector<std::string>& program);

// Between the program's markers (changes.h).
[[nodiscard]] std::vector<Call> calls_between_markers(const std::vector<std::string>& program);

// Runs the program with one call disturbed: "error=EIO", "signal=SIGKILL".
[[nodiscard]] Finished disturbed(const Call& call, const std::string& fault,
                                 const std::vector<std::string>& program);

}  // namespace onectx::test
