// Runs a program as a user would, for black-box tests: everything it prints, and how it ended.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace onectx::test {

struct Finished {
    int status = -1;  // exit status; 128 + signal when a signal ended it
    std::string out;
    std::string err;
};

struct ProcessOptions {
    std::string_view input = {};                // standard input
    std::vector<std::string> environment = {};  // "NAME=value"; the rest is PATH alone
    std::string directory = {};                 // working directory; empty: the caller's
    unsigned user = 0;                          // run as this uid and gid when not 0 (needs root)
};

// Waits at most 60 seconds, then kills it and throws.
[[nodiscard]] Finished run_program(const std::vector<std::string>& argv,
                                   const ProcessOptions& options = {});

// The path of one of our own programs as built with the tests.
[[nodiscard]] std::string built_program(std::string_view name);

}  // namespace onectx::test
