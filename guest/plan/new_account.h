// A new account: its lines in the account files, and its home. What useradd(8) would do, without
// starting it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "guest/model/change.h"
#include "guest/model/facts.h"
#include "guest/model/reader.h"
#include "guest/plan/account_files.h"
#include "guest/plan/login_defs.h"

namespace onectx {

// Adds an account without a password ("*") under the lowest free ids, with a group of its own name;
// one that is there is taken, but a group of the system itself (below GID_MIN) is an error.
// Fails when no id is free. The name and the shell are the caller's to check.
[[nodiscard]] Result<void> add_account(AccountFiles& files, std::string_view name,
                                       std::string_view shell, const LoginDefs& defs,
                                       const Facts& facts);

// Whether the account of a name that nobody has yet is one that add_account() makes, as far as its
// name says.
[[nodiscard]] Result<bool> can_add_account(std::string_view name, const FileReader& tree);

// Today for shadow(5). Empty when the clock was never set: day 0 would demand a new password at the
// first login.
[[nodiscard]] std::string day_of_change(const Facts& facts);

// The home directory and what /etc/skel holds for it: plain files and directories, as many as
// limits.h allows; links are left out. The home must not exist yet.
[[nodiscard]] Result<std::vector<Change>> new_home(const std::string& home, unsigned mode,
                                                   const Owner& owner, const FileReader& tree);

}  // namespace onectx
