// See carried_file.h.
#include "guest/model/carried_file.h"

#include "common/limits.h"
#include "common/text.h"

namespace onectx {

bool is_carried_name(std::string_view name)
{
    return !name.empty() && name.size() <= kMaxFileNameBytes && name != "." && name != ".." &&
           name != "context.sh" && name.find('/') == std::string_view::npos &&
           printable(name) == name;
}

}  // namespace onectx
