// Which texts can stand in the place of a password in shadow(5).
#pragma once

#include <string_view>

namespace onectx {

// A form that crypt(5) has, or a locked one. Anything else in shadow(5) would lock the account, and
// leave a password there that was given in the wrong variable.
[[nodiscard]] bool is_crypt_hash(std::string_view text);

}  // namespace onectx
