// --config, and the options that stand for a line of host.conf.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "common/result.h"
#include "host/config.h"

namespace CLI {
class App;
}

namespace onectx {

inline constexpr std::size_t kHostOptions = 7;  // those that stand for a line

struct HostWords {
    std::string file;
    std::array<std::vector<std::string>, kHostOptions> settings;  // empty: not given
};

void add_host_options(CLI::App& command, HostWords& words);
[[nodiscard]] Result<HostOptions> host_options(const HostWords& words);

}  // namespace onectx
