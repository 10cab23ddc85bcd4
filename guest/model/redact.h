// Secrets of a context, taken out of what scripts print before it reaches a log (reference 5.21).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/context.h"
#include "common/secret.h"

namespace onectx {

struct Redacted {
    std::string text;
    std::size_t taken = 0;  // how much of what was given it stands for
};

class Redactor {
  public:
    // The values of variables with secret names, line by line, and what they are base64 of; the
    // scripts themselves are no secrets to their own output. Values shorter than four bytes are
    // left alone: they are parts of any text. `others` are secrets that no variable holds.
    explicit Redactor(const Context& context, const std::vector<Secret>& others = {});

    // The line with each secret replaced by kSecretMark, the longest where several begin. Takes as
    // long for thousands of secrets as for a few.
    [[nodiscard]] std::string redact(std::string_view line) const;

    // The same of its first `size` bytes, and of the rest of a secret that begins in them. What is
    // known of the line has to reach longest() bytes further, or to its end.
    [[nodiscard]] Redacted redact(std::string_view line, std::size_t size) const;

    // How many of the last bytes of the text may be the beginning of a secret.
    [[nodiscard]] std::size_t begun(std::string_view text) const;

    // No secret that is looked for is longer.
    [[nodiscard]] std::size_t longest() const { return longest_; }

  private:
    void add(std::string_view value);
    void sort();
    [[nodiscard]] std::size_t length_at(std::string_view text) const;

    std::vector<Secret> secrets_;  // in the order of their bytes, each once
    std::vector<std::size_t>
        beginning_;  // of each: the longest other that it begins with, or kNone
    std::size_t longest_ = 0;
};

}  // namespace onectx
