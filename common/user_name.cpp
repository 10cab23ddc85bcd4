// See user_name.h.
#include "common/user_name.h"

#include <algorithm>

#include "common/limits.h"
#include "common/text.h"

namespace onectx {

bool is_user_name(std::string_view name)
{
    if (name.empty() || name.size() > kMaxUserNameBytes) return false;
    char first = name.front();
    if (first != '_' && !(first >= 'a' && first <= 'z')) return false;
    if (name.ends_with('$')) name.remove_suffix(1);
    return std::all_of(name.begin(), name.end(), [](char c) {
        return is_alpha(c) || is_digit(c) || c == '_' || c == '.' || c == '-';
    });
}

}  // namespace onectx
