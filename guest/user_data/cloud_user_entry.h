// One user as a cloud-config describes him, in `users` or as `user`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "guest/model/account_wish.h"
#include "guest/user_data/node_reader.h"

namespace onectx {

// A value that makes no sense is left out, with a complaint; a name that makes none leaves out the
// whole, and so does none where it is needed. The node is a mapping.
[[nodiscard]] std::optional<AccountWish> read_user_entry(const YamlNode& node,
                                                         const std::string& where, bool needs_name,
                                                         NodeReader& reader);

// Lines of authorized_keys, none of them for a key that another has.
[[nodiscard]] std::vector<std::string> read_ssh_key_list(const YamlNode& node,
                                                         const std::string& what,
                                                         NodeReader& reader);

}  // namespace onectx
