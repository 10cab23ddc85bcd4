// Names of owners looked up in the text of passwd(5) and group(5): never through NSS, which a
// static program has not and an offline root must not ask.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "guest/model/change.h"
#include "guest/model/reader.h"

namespace onectx {

// The number of an account's name: the third field of the first line that begins with it. The same
// for passwd and group, whose lines agree that far.
[[nodiscard]] std::optional<std::uint32_t> find_id(std::string_view accounts,
                                                   std::string_view name);

struct OwnerIds {
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
};

// Numbers as they are, names through the tree's own /etc/passwd and /etc/group as they are now. An
// error names the account that is not there: "no user is called alice".
[[nodiscard]] Result<OwnerIds> find_owner(const Owner& owner, const FileReader& tree);

}  // namespace onectx
