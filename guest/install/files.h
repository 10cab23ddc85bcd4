// What an installation brings besides the program, as texts: the files of init/ and guest.conf.
#pragma once

#include <span>
#include <string_view>

namespace onectx {

struct InstalledFile {
    std::string_view name;  // "systemd/onectx.service", "guest.conf"
    std::string_view text;
};

[[nodiscard]] std::span<const InstalledFile> installed_files();

}  // namespace onectx
