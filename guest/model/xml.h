// The XML that OpenNebula puts into a context ($TEMPLATE, $NETWORK[TEMPLATE, …]) as a tree of
// elements, read by expat. Refuses document types, so nothing is ever expanded, and what is larger
// or deeper than the limits say. Attributes mean nothing here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"

namespace onectx {

struct XmlElement {
    std::string name;
    std::string text;  // all text directly in it, blanks at either end dropped
    std::vector<XmlElement> children;

    // The first child of that name; null when there is none.
    [[nodiscard]] const XmlElement* child(std::string_view child_name) const;
    // The text of that child; empty when there is none.
    [[nodiscard]] std::string_view text_of(std::string_view child_name) const;
};

// The root element. The error says line and column, and nothing of the text.
[[nodiscard]] Result<XmlElement> parse_elements(std::string_view text);

}  // namespace onectx
