// See mount_point.h.
#include "common/mount_point.h"

#include "common/limits.h"
#include "common/text.h"

namespace onectx {

std::string clean_path(std::string_view path)
{
    if (!path.starts_with('/') || path.size() > kMaxPathBytes || path != printable(path)) return "";
    std::string clean;
    for (const auto part : split(path, '/')) {
        if (part.empty()) continue;
        if (part == "." || part == ".." || part.size() > kMaxFileNameBytes) return "";
        clean += "/" + std::string(part);
    }
    return clean.empty() ? "/" : clean;
}

bool is_mount_tag(std::string_view tag)
{
    constexpr std::size_t kMaxTagBytes = 36;
    return !tag.empty() && tag.size() <= kMaxTagBytes && tag == printable(tag);
}

}  // namespace onectx
