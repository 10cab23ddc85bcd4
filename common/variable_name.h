// What names of variables are made of, in templates and in context.sh alike, and how messages show
// them.
#pragma once

#include <string>
#include <string_view>

#include "common/text.h"

namespace onectx {

[[nodiscard]] constexpr bool is_name_byte(char c)
{
    return is_alpha(c) || is_digit(c) || c == '_';
}

// As shown() does, without the quotes: a name may be as long as the text that it comes from.
[[nodiscard]] inline std::string short_name(std::string_view name)
{
    const auto quoted = shown(name);
    return quoted.substr(1, quoted.size() - 2);
}

}  // namespace onectx
