// See unique_keys.h.
#include "host/unique_keys.h"

#include <utility>

#include "common/variable_name.h"

namespace onectx {

void UniqueKeys::add(TemplateItem item, TemplateVector& items)
{
    if (keys_.insert(item.key).second) return items.push_back(std::move(item));
    auto message = short_name(item.key) + " occurs twice; the first one counts";
    add_warning(result_, complain_at(text_, item.place, std::move(message)));
}

}  // namespace onectx
