// The native syntax as OpenNebula's own parser reads it (--compat), for templates that depend on
// its quirks: of a quoted and an unquoted reading the longer one wins, a backslash before the last
// quote of the text may end a value, a CR is a character like any other, and what begins nothing is
// dropped in silence (reference 1.1).
#pragma once

#include <expected>
#include <string_view>

#include "common/diagnostic.h"
#include "host/template.h"

namespace onectx {

// As parse_template, with the same limits; an error where OpenNebula has a syntax error.
[[nodiscard]] std::expected<Template, Diagnostic> parse_template_compat(std::string_view text);

}  // namespace onectx
