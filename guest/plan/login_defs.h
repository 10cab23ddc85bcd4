// login.defs(5): the numbers that a new account is made from. A value that makes no sense leaves
// the default of shadow-utils.
#pragma once

#include <cstdint>
#include <string_view>

#include "common/result.h"
#include "guest/model/reader.h"

namespace onectx {

struct IdRange {
    std::uint64_t first;
    std::uint64_t last;
};

struct LoginDefs {
    IdRange uids{1000, 60000};
    IdRange gids{1000, 60000};
    IdRange system_uids{101, 999};
    IdRange system_gids{101, 999};
    IdRange sub_uids{100000, 600100000};
    IdRange sub_gids{100000, 600100000};
    std::uint64_t sub_uid_count = 65536;
    std::uint64_t sub_gid_count = 65536;
    unsigned home_mode = 0700;  // HOME_MODE, else what UMASK leaves
};

[[nodiscard]] LoginDefs parse_login_defs(std::string_view text);

// /etc/login.defs, or the vendor's /usr/etc/login.defs (openSUSE), or the defaults.
[[nodiscard]] Result<LoginDefs> read_login_defs(const FileReader& tree);

}  // namespace onectx
