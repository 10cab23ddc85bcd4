// The home of an account: made once, with what /etc/skel holds for it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/result.h"
#include "guest/model/change.h"
#include "guest/model/reader.h"
#include "guest/plan/account_files.h"

namespace onectx {

struct HomeOrder {
    Account account;
    std::optional<Owner> new_owner = {};  // by name, where the account is a new one
    unsigned mode = 0700;
    std::string variable;  // at fault when somebody else has the home
};

// What makes the home; nothing where it is there, unless a run that was killed has left it half
// made.
[[nodiscard]] Result<std::vector<Change>> plan_home(const HomeOrder& order, const FileReader& tree,
                                                    std::vector<Problem>& problems);

}  // namespace onectx
