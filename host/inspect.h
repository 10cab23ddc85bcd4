// `onectx inspect`: what an ISO image holds, as text or as JSON, and whether it is still as it was
// written. Reads any image with the bounded reader of common/; shows no secret unless told to.
#pragma once

#include <string>

namespace onectx {

struct InspectOptions {
    std::string iso;            // a file or a block device
    bool json = false;          // cli.md
    bool show_secrets = false;  // values of variables that is_secret_name() names
    bool verify = false;        // check the MD5 sums recorded in the image
};

// Prints to standard output, problems to standard error. The exit code: 0, 1 when the medium fails
// or is not as it was written, 3 when it is no ISO image or a malformed one.
[[nodiscard]] int run_inspect(const InspectOptions& options);

}  // namespace onectx
