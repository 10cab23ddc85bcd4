// The CONTEXT section of a template as the variables that the machine will see.
// Refuses what no context.sh could carry; warns of what a guest will have trouble with.
#pragma once

#include <cstddef>
#include <expected>
#include <string_view>
#include <vector>

#include "common/context.h"
#include "common/diagnostic.h"
#include "host/template.h"

namespace onectx {

struct TemplateContext {
    Context context;                   // every key, the host-only ones too (reference 1.7)
    std::vector<Diagnostic> warnings;  // at most kMaxDiagnostics
};

// `text` is what `parsed` was parsed from. An error when there is no CONTEXT section or more than
// one, when it is a single value, or when a key is no shell name. OpenNebula's own reading takes
// the first CONTEXT that is a vector and passes over any other.
[[nodiscard]] std::expected<TemplateContext, Diagnostic> context_of(
    const Template& parsed, std::string_view text, Dialect dialect = Dialect::corrected);

// The item of the CONTEXT section that gave a variable its value; nullptr when none did.
[[nodiscard]] const TemplateItem* find_context_item(const Template& parsed, std::string_view key);

}  // namespace onectx
