// Templates as the XML that OpenNebula's daemon and commands exchange: an element is an attribute,
// one with elements in it is a vector. Reading keeps the rules of the reference (part 1.1): names
// of attributes are made upper case, keys are not, of a key that occurs twice the last one counts,
// and empty elements are dropped.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "common/diagnostic.h"
#include "host/template.h"

namespace pugi {
class xml_node;
}

namespace onectx {

// The elements in `parent`, of the tree that parse_xml made of `text`. What lies deeper than a
// vector's values is dropped with a warning; text beside elements is an error, and so are more than
// kMaxVariables names.
[[nodiscard]] std::expected<Template, Diagnostic> read_template_xml(std::string_view text,
                                                                    const pugi::xml_node& parent);

// An element of that name with the attributes in it, in one line and as OpenNebula writes it:
// values are CDATA. A vector without a key is an empty element.
[[nodiscard]] std::string write_template_xml(const Template& attributes,
                                             std::string_view root = "TEMPLATE");

}  // namespace onectx
