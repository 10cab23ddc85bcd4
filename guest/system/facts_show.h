// The facts for people and for programs: what `onectx-guest facts` prints.
#pragma once

#include <string>
#include <vector>

#include "guest/model/facts.h"

namespace onectx {

// The contract of `facts --json`, a newline at its end. A swap is
// {"device","label","uuid","active"}. Invalid UTF-8 becomes U+FFFD.
[[nodiscard]] std::string facts_json(const Facts& facts, const std::vector<std::string>& backends,
                                     const std::vector<std::string>& users);

// One line a fact; control characters as \xNN.
[[nodiscard]] std::string facts_text(const Facts& facts, const std::vector<std::string>& backends,
                                     const std::vector<std::string>& users);

}  // namespace onectx
