// guest.conf: what the owner of an image allows a context to do (onectx-guest.conf(5)).
// Promises that one bad line spoils no other and that each is named with its file and line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "guest/model/change.h"
#include "guest/model/reader.h"
#include "guest/model/settings.h"

namespace onectx {

struct Config {
    Policy policy;
    std::vector<Problem> problems;  // an unknown key is a warning, a bad value an error
};

// Adds the settings of one text to those already there; `file` is how problems name it.
void read_config(std::string_view text, std::string_view file, Config& config);

// Every setting that there is, as "[section] name".
[[nodiscard]] std::vector<std::string> config_settings();

// /etc/onectx/guest.conf of the tree, then /etc/onectx/guest.conf.d/*.conf in the order of their
// names. `file` (--config, outside the tree) takes the place of them all and must exist. A file
// that is there and cannot be read is an error: what it forbids must not happen.
[[nodiscard]] Result<Config> load_config(const FileReader& tree, const std::string& file);

}  // namespace onectx
