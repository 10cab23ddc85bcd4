// What sshd_config(5) says of the files that keys are looked for in, and whose word counts.
#pragma once

#include <string>
#include <string_view>

#include "common/result.h"
#include "guest/model/reader.h"
#include "guest/plan/account_files.h"

namespace onectx {

// The first file of AuthorizedKeysFile as sshd would find it: /etc/ssh/sshd_config (the vendor's in
// /usr/etc where there is none) with the files that it includes, up to the first Match; the first
// value counts. sshd's own default where nobody says anything. Empty for `none`.
[[nodiscard]] Result<std::string> authorized_keys_pattern(const FileReader& tree);

// Whether a file of this path, there or not, would be included before anybody else says the
// keyword for all users: then what it says counts.
[[nodiscard]] Result<bool> counts_for_sshd(std::string_view file, std::string_view keyword,
                                           const FileReader& tree);

// The pattern for an account: %h, %u, %U and %% stand for its home, name, number and '%'; what is
// relative then lies in the home. An error for other signs, and for a path with "..".
[[nodiscard]] Result<std::string> expand_keys_path(std::string_view pattern,
                                                   const Account& account);

}  // namespace onectx
