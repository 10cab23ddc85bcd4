// A context as one flat JSON object of its variables: what `onectx render --format json` and
// `onectx-guest parse` print.
#pragma once

#include <string>
#include <vector>

#include "common/context.h"

namespace onectx {

struct ContextJson {
    std::string text;  // indented, a newline at its end
    std::vector<std::string>
        repaired;  // names whose value was no UTF-8: U+FFFD stands for what was wrong
};

[[nodiscard]] ContextJson context_json(const Context& context);

}  // namespace onectx
