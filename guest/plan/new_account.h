// A new account: its lines in the account files, and its home. What useradd(8) would do, without
// starting it.
#pragma once

#include <cstdint>
#include <optional>
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

// The wanted shell, or else bash or sh, as far as they are there. `variable` asked for it.
[[nodiscard]] Result<std::string> choose_shell(const std::string& wanted,
                                               const std::string& variable, const FileReader& tree,
                                               std::vector<Problem>& problems);

struct NewAccount {
    std::string name;
    std::string shell;
    std::string gecos = {};
    std::string home = {};                       // empty: below /home
    std::optional<std::uint32_t> uid = {};       // absent: the lowest that is free
    std::optional<std::string> group = {};       // absent: one of its own name
    bool of_system = false;                      // from the numbers of the system itself
    std::optional<std::uint32_t> inactive = {};  // fields of shadow(5)
    std::optional<std::uint32_t> expires = {};
};

// Adds an account without a password ("*"), with a group of its own name unless another is named;
// one that is there is taken, but a group of the system itself (below GID_MIN) is an error.
// Fails when no id is free, and when the one that is asked for is not. The texts are the caller's
// to check.
[[nodiscard]] Result<void> add_account(AccountFiles& files, const NewAccount& account,
                                       const LoginDefs& defs, const Facts& facts);

// Adds a group under the lowest free number, unless there is one of that name.
[[nodiscard]] Result<void> ensure_group(AccountFiles& files, const std::string& name,
                                        const LoginDefs& defs);

// Makes an account a member of a group, which must be there.
void add_member(AccountFiles& files, const std::string& group, const std::string& account);

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
