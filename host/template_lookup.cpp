// See template_lookup.h.
#include "host/template_lookup.h"

#include <algorithm>

namespace onectx {

const Attribute* find_single(const Template& parsed, std::string_view name)
{
    for (const auto& attribute : parsed.attributes) {
        bool is_single = std::holds_alternative<std::string>(attribute.value);
        if (attribute.name == name && is_single) return &attribute;
    }
    return nullptr;
}

const TemplateItem* find_item(const TemplateVector& items, std::string_view key)
{
    auto found =
        std::find_if(items.begin(), items.end(), [&](const auto& item) { return item.key == key; });
    return found == items.end() ? nullptr : &*found;
}

}  // namespace onectx
