// What sshd_config(5) says of the files that keys are looked for in, and whose word counts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "guest/model/reader.h"
#include "guest/plan/account_files.h"

namespace onectx {

// The first file of AuthorizedKeysFile as sshd would find it: /etc/ssh/sshd_config (the vendor's in
// /usr/etc where there is none) with the files that it includes, up to the first Match; the first
// value counts. sshd's own default where nobody says anything. Empty for `none`.
[[nodiscard]] Result<std::string> authorized_keys_pattern(const FileReader& tree);

// A line that says a keyword.
struct SshdLine {
    std::string file;
    std::size_t number = 0;  // from 1
    std::string value;       // the first word behind the keyword
    bool for_all = true;     // false: for those only whom a Match names

    bool operator==(const SshdLine&) const = default;
};

// The lines whose word sshd takes: for all users the first that it reads, and each behind a Match,
// which goes before that for those whom it names. In the order in which they are read.
[[nodiscard]] Result<std::vector<SshdLine>> lines_for_sshd(std::string_view keyword,
                                                           const FileReader& tree);

// Whether a file of this path, there or not, would be included before anybody else says the
// keyword for all users: then what it says counts.
[[nodiscard]] Result<bool> counts_for_sshd(std::string_view file, std::string_view keyword,
                                           const FileReader& tree);

// The pattern for an account: %h, %u, %U and %% stand for its home, name, number and '%'; what is
// relative then lies in the home. An error for other signs, and for a path with "..".
[[nodiscard]] Result<std::string> expand_keys_path(std::string_view pattern,
                                                   const Account& account);

}  // namespace onectx
