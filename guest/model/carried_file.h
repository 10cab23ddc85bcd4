// A file that comes with a context and lies on no medium: it exists in memory until a script wants
// it.
#pragma once

#include <string>
#include <string_view>

namespace onectx {

struct CarriedFile {
    std::string name;  // of is_carried_name()
    std::string content;

    bool operator==(const CarriedFile&) const = default;
};

// One name of a file, as it can stand beside context.sh: no path, no control characters, and not
// context.sh itself.
[[nodiscard]] bool is_carried_name(std::string_view name);

}  // namespace onectx
