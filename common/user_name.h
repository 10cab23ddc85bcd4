// Which texts can name a user of a machine.
#pragma once

#include <string_view>

namespace onectx {

// What useradd(8) takes: a small letter or '_', then letters, digits and "_.-", at most 32, a '$'
// at the end allowed. A capital at the beginning is refused: sudoers(5) reads such a word as an
// alias, and ALL as everybody.
[[nodiscard]] bool is_user_name(std::string_view name);

}  // namespace onectx
