// `onectx batch`: many images, one JSON object a line in and one out.
// Promises that a line that fails stops no other, that results come in the order of the lines, and
// that an image is durable before its result says so: what was built waits, the file systems are
// synced once, then the images get their names. That happens at the end of the manifest, when it
// pauses, or when kMaxBatchWaiting images wait.
#pragma once

#include <string>

#include "host/build.h"

namespace onectx {

struct BatchOptions {
    std::string manifest;  // "-": standard input
    unsigned workers = 1;
    BuildOptions base;  // for every line
};

// Gives the exit code: the one of build that is true of the worst line, 1 before 3.
[[nodiscard]] int run_batch(const BatchOptions& options);

}  // namespace onectx
