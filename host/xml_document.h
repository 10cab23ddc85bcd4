// An XML text as a tree of elements (pugixml), each with its place in the text.
// Accepts one root element in UTF-8. Refuses document types, so nothing is ever expanded or
// fetched, and what is larger or deeper than the limits say. Attributes of elements mean nothing
// here.
#pragma once

#include <cstddef>
#include <expected>
#include <pugixml.hpp>
#include <string>
#include <string_view>

#include "common/diagnostic.h"
#include "host/template_place.h"

namespace onectx {

// Texts in the tree are as they were written: text_of resolves their references.
[[nodiscard]] std::expected<pugi::xml_document, Diagnostic> parse_xml(std::string_view text);

[[nodiscard]] pugi::xml_node root_of(const pugi::xml_document& document);

// Texts and CDATA sections directly in an element, joined; line ends are LF, blanks at either end
// are dropped. Refuses references other than to a character by name or number.
[[nodiscard]] std::expected<std::string, Diagnostic> text_of(std::string_view document,
                                                             pugi::xml_node element);

// The whole document in one line, without comments, attributes and blanks between elements.
[[nodiscard]] std::string in_one_line(const pugi::xml_document& document);

// Where a node begins: an element at its name, a text at its first character that is no blank.
[[nodiscard]] std::size_t offset_of(const pugi::xml_node& node);

// A complaint about byte `offset` that takes everything before it for the possible beginning of a
// secret: in a text with broken tags nobody knows where a value ends.
[[nodiscard]] std::unexpected<Diagnostic> xml_error(std::string_view text, std::size_t offset,
                                                    std::string message);

}  // namespace onectx
