// Templates as the XML that OpenNebula's daemon and commands exchange.
#pragma once

#include <string>
#include <string_view>

#include "host/template.h"

namespace onectx {

// An element of that name with the attributes in it, in one line and as OpenNebula writes it:
// values are CDATA. A vector without a key is an empty element.
[[nodiscard]] std::string write_template_xml(const Template& attributes,
                                             std::string_view root = "TEMPLATE");

}  // namespace onectx
