// host.conf: what the operator of this host decided for all machines (onectx(1), FILES).
// Promises that anything wrong in it is an error with its file and line: what it was to forbid must
// not happen.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "host/download.h"
#include "host/init_files.h"

namespace onectx {

struct HostConfig {
    std::vector<std::string> restricted_dirs{"/etc"};
    std::vector<std::string> safe_dirs{};
    DownloadSettings download{};
    std::string onegate_endpoint{};  // empty: not given
    InitSettings init{};             // where the command line does not say it

    bool operator==(const HostConfig&) const = default;
};

// One setting, as a line of the file or an option of the command line gives it.
struct HostSetting {
    std::string_view section;
    std::string_view name;
    std::string value;
};

struct HostOptions {
    std::string file{};                   // empty: that of the host
    std::vector<HostSetting> settings{};  // which win over it
};

// Replaces what is there. "expected …, not …" when that cannot be the value; unknown names are a
// bug of the caller.
[[nodiscard]] Result<void> apply_setting(const HostSetting& setting, HostConfig& config);

// `file` is how problems name it. A list may go on in a second line of the same name.
[[nodiscard]] Result<HostConfig> read_host_config(std::string_view text, std::string_view file);

// Reads the file, which must exist when it is named: /etc/onectx/host.conf need not.
[[nodiscard]] Result<HostConfig> load_host_config(const HostOptions& options);

// Paths parted by white space, in quotes where they hold some; each must be absolute.
[[nodiscard]] Result<std::vector<std::string>> parse_path_list(std::string_view text);

// Whether an address can be handed to a guest as ONEGATE_ENDPOINT.
[[nodiscard]] bool is_onegate_endpoint(std::string_view text);

}  // namespace onectx
