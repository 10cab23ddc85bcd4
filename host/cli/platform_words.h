// --hypervisor, --toolstack and --machine, which `disk` and `lint` share.
#pragma once

#include <string>

#include "common/result.h"
#include "host/hypervisor/platform.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace onectx {

struct PlatformWords {
    std::string hypervisor, toolstack, machine;
};

// The option --hypervisor, for the caller to require.
CLI::Option* add_platform_options(CLI::App& command, PlatformWords& words);
// A toolstack is refused where there is no Xen.
[[nodiscard]] Result<Platform> platform_of(const PlatformWords& words);

}  // namespace onectx
