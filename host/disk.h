// `onectx disk`: how the hypervisor has to be told of the context image of a template.
#pragma once

#include <string>

#include "host/hypervisor/platform.h"

namespace onectx {

struct DiskOptions {
    std::string input;  // "-": standard input
    Platform platform;  // the hypervisor is given
    std::string source;
};

// Prints the lines for the hypervisor's configuration, warnings and errors. The exit code of the
// program.
[[nodiscard]] int run_disk(const DiskOptions& options);

}  // namespace onectx
