// authorized_keys (sshd(8)): the keys of the context in a managed block, so that a key which leaves
// the context leaves the file (https://github.com/OpenNebula/one-apps/issues/387), and every other
// line is the user's.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace onectx {

// The text with these keys in our block, one authorized_keys line each. A key that one of the
// user's own lines holds, whatever its options or comment, is left out of the block: the user's
// line says what the key may do.
[[nodiscard]] std::string with_keys(std::string_view text, const std::vector<std::string>& keys);

// Our block in the text, without its markers; empty when there is none.
[[nodiscard]] std::string keys_in(std::string_view text);

}  // namespace onectx
