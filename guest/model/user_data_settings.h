// User data beside the variables of its context: what both can say is said by variables, and there
// the context itself has the last word.
#pragma once

#include <vector>

#include "common/context.h"
#include "common/shell_vars.h"
#include "guest/model/settings.h"
#include "guest/user_data/cloud_config.h"

namespace onectx {

// The context with what the user data would set; a value of the context's own stays, with a
// warning, or is added to.
[[nodiscard]] Context with_user_data(const Context& given, const CloudConfig& user_data,
                                     const Refusals& refusals, std::vector<Problem>& problems);

// Where the user data has both names of the machine: the whole one is `fqdn`, the kernel's
// `hostname`, whatever the other begins with; unless `fqdn` is preferred for both.
void take_host_name(const Context& given, const CloudConfig& user_data, Settings& settings);

// Sets `accounts` and `user_data`. What concerns the user of the context becomes part of his wish,
// who therefore has to be known.
void take_user_data(const Context& given, CloudConfig user_data, const Policy& policy,
                    Settings& settings);

// Every password in them.
[[nodiscard]] std::vector<Secret> secrets_of(const AccountsWish& accounts);

// Lets the problems from `first` on that name a variable of the user data's name the user data.
void name_user_data(const Context& given, const CloudConfig& user_data, std::size_t first,
                    std::vector<Problem>& problems);

}  // namespace onectx
