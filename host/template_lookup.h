// Finding what a template says together with the place where it says it; see host/vm_devices.h for
// the values alone. Of several the first counts, as for OpenNebula.
#pragma once

#include <string_view>

#include "host/template.h"

namespace onectx {

// The first single value of a name; nullptr when there is none.
[[nodiscard]] const Attribute* find_single(const Template& parsed, std::string_view name);

// The item of a key; nullptr when there is none.
[[nodiscard]] const TemplateItem* find_item(const TemplateVector& items, std::string_view key);

}  // namespace onectx
