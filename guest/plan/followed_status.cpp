// See followed_status.h.
#include "guest/plan/followed_status.h"

#include "common/limits.h"

namespace onectx {

Result<std::optional<FileStatus>> followed_status(std::string path, const FileReader& tree)
{
    for (unsigned links = 0; links <= kMaxLinks; ++links) {
        auto target = TRY(tree.link_target(path));
        if (!target) return tree.status(path);
        path = target->starts_with('/') ? *target : path.substr(0, path.rfind('/') + 1) + *target;
    }
    return std::nullopt;
}

}  // namespace onectx
