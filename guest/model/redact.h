// Secrets of a context, taken out of what scripts print before it reaches a log (reference 5.21).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/context.h"
#include "common/secret.h"

namespace onectx {

class Redactor {
  public:
    // The values of variables with secret names, line by line, and what they are base64 of; the
    // scripts themselves are no secrets to their own output. Values shorter than four bytes are
    // left alone: they are parts of any text. `others` are secrets that no variable holds.
    explicit Redactor(const Context& context, const std::vector<Secret>& others = {});

    // The line with each secret replaced by kSecretMark.
    [[nodiscard]] std::string redact(std::string_view line) const;

  private:
    void add(std::string_view value);

    std::vector<Secret> secrets_;  // the longest first
};

}  // namespace onectx
