// A template as a value, and OpenNebula's native syntax for it: NAME = value and
// NAME = [ KEY = value, ... ]. XML has its own reader, template_xml.h.
// The grammar of the reference (part 1.1) with one deterministic reading where the established
// lexer depends on text further on (part 5, item 1). Nothing is dropped in silence: what has no
// meaning is an error with its place. No substitution happens here; `$` is a character like any
// other.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/diagnostic.h"
#include "host/template_place.h"

namespace onectx {

struct TemplateItem {  // one KEY = value of a vector
    std::string key;   // upper case, [A-Z0-9_]+; from XML as the element is named
    std::string value;
    Place place;  // of the key
};

using TemplateVector = std::vector<TemplateItem>;  // keys are unique, order as written

struct Attribute {
    std::string name;  // upper case; ONE_ in front when the name could be no XML element
    std::variant<std::string, TemplateVector> value;
    Place place;  // of the name
};

struct Template {
    std::vector<Attribute> attributes;  // order as written; a name may occur several times
    std::vector<Diagnostic> warnings;   // keys that occur twice in a vector: the first one counts
    std::size_t unlisted = 0;           // warnings beyond kMaxDiagnostics, counted only
};

// Whose reading of the native syntax: ours (parse_template), or OpenNebula's own
// (parse_template_compat).
enum class Dialect { corrected, compat };

void add_warning(Template& result, Diagnostic warning);

// The name under which an attribute is kept. OpenNebula stores templates as XML, where a name
// begins with a letter or `_` and never with XML; it is the name as typed that is looked at.
[[nodiscard]] std::string attribute_name(std::string_view typed);

// Refuses a text that is larger than kMaxTemplateBytes or has a NUL byte.
[[nodiscard]] std::expected<void, Diagnostic> check_template_bytes(std::string_view text);

// The whole text, or the first thing in it that is wrong. Values are trimmed. Refuses what
// check_template_bytes refuses, and more than kMaxVariables names.
[[nodiscard]] std::expected<Template, Diagnostic> parse_template(std::string_view text);

// As much of a text as can be understood, and everything in it that is wrong: for those who look
// for mistakes. A template that parse_template takes is scanned without errors to the same value.
struct TemplateScan {
    Template parsed;
    std::vector<Diagnostic> errors;  // in the order of the text; at most kMaxDiagnostics + 1
    bool is_complete = true;         // false: nothing behind the last error was read
};
[[nodiscard]] TemplateScan scan_template(std::string_view text);

}  // namespace onectx
