// See write_over.h.
#include "guest/plan/write_over.h"

namespace onectx {

WriteFile write_over(std::string path, const std::optional<FileText>& old, std::string content)
{
    WriteFile file{.path = std::move(path), .content = std::move(content)};
    if (!old) return file;
    file.mode = old->status.mode;
    file.owner = {std::to_string(old->status.uid), std::to_string(old->status.gid)};
    return file;
}

}  // namespace onectx
