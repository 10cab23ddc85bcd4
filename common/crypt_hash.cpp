// See crypt_hash.h.
#include "common/crypt_hash.h"

#include <algorithm>

#include "common/limits.h"
#include "common/text.h"

namespace onectx {

bool is_crypt_hash(std::string_view text)
{
    constexpr std::size_t kDesBytes = 13;
    // crypt(5): printable ASCII without blanks and these.
    auto is_hash_character = [](char c) {
        return c > ' ' && c < 0x7F && std::string_view(":;*!\\").find(c) == std::string_view::npos;
    };
    auto is_des_character = [](char c) {
        return is_alpha(c) || is_digit(c) || c == '.' || c == '/';
    };
    if (text.size() > kMaxCryptedBytes) return false;
    if (text == "!" || text == "!!" || text == "*") return true;
    if (text.starts_with('!')) text.remove_prefix(1);  // locked; the hash stays behind it
    if (!std::all_of(text.begin(), text.end(), is_hash_character)) return false;
    if (text.starts_with('$')) return text.find('$', 1) != std::string_view::npos;
    return text.starts_with('_') ||
           (text.size() == kDesBytes && std::all_of(text.begin(), text.end(), is_des_character));
}

}  // namespace onectx
