// Accounts, groups and memberships that user data wants (AccountsWish), added to the files of
// accounts that are being planned.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "guest/plan/account_files.h"
#include "guest/plan/home.h"
#include "guest/plan/login_defs.h"
#include "guest/plan/plan.h"

namespace onectx {

struct UserAccounts {
    std::set<std::string> made;      // accounts that were not there before
    std::vector<Change> sudo_rules;  // for when the accounts are there
};

// What user data says of an account; null when it says nothing.
[[nodiscard]] const AccountWish* find_account_wish(const Settings& settings,
                                                   const std::string& name);

// The group that an account is made with: the one that is named, its own, or users(100).
[[nodiscard]] std::string group_of(const AccountWish& wish);

// Their homes are added to `homes`. One that cannot be made is an error among the problems, and
// stops no other.
[[nodiscard]] Result<UserAccounts> plan_user_accounts(AccountFiles& files, Homes& homes,
                                                      const LoginDefs& defs, const PlanInput& input,
                                                      std::vector<Problem>& problems);

}  // namespace onectx
