// The variables about accounts as one wish: USERNAME and its kin, the four forms of a password, and
// SSH public keys. No message ever quotes a password, or a line that was given as a key: people
// paste private keys by mistake.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/context.h"
#include "guest/model/settings.h"

namespace onectx {

// Sets `user` and `wants_user`, and appends to `problems`. What the policy switches off is absent,
// what was refused changes nothing.
void read_user_settings(const Context& context, const Policy& policy, const Refusals& refusals,
                        Settings& settings);

// The keys of a text, one a line, added to a list unless their blobs are there. `variable` is what
// is at fault for lines that are none.
void read_ssh_keys(std::string_view variable, std::string_view text, std::vector<std::string>& keys,
                   std::set<std::string>& blobs, std::vector<Problem>& problems);

// A user's name as the name of a variable can hold it: capitals, and '_' for what is no letter or
// digit. "a.b" and "a-b" are both "A_B".
[[nodiscard]] std::string variable_name_of(std::string_view user);

}  // namespace onectx
