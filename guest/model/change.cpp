// See change.h.
#include "guest/model/change.h"

namespace onectx {

std::string path_of(const Change& change)
{
    return std::visit(
        [](const auto& c) {
            if constexpr (requires { c.path; })
                return c.path;
            else if constexpr (requires { c.file.path; })
                return c.file.path;
            else
                return std::string();
        },
        change);
}

}  // namespace onectx
