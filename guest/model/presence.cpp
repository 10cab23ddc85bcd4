// See presence.h.
#include "guest/model/presence.h"

namespace onectx {

bool is_there(const FileReader& tree, std::string_view path)
{
    const auto status = tree.status(path);
    return status && status->has_value();
}

}  // namespace onectx
