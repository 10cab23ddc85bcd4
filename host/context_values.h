// Substitution in the variables of a CONTEXT section: which rules hold for which variable, and
// complaints at the place where the variable stands.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "common/context.h"
#include "common/diagnostic.h"
#include "host/substitute.h"
#include "host/template.h"

namespace onectx {

struct ValueSettings {
    bool strict = false;  // a reference to nothing known is an error
    bool compat = false;  // as OpenNebula, quirks and failures included
};

// Complaints at the items of the CONTEXT section that `parsed`, from `text`, has.
class ContextWarnings {
  public:
    ContextWarnings(const Template& parsed, std::string_view text) : parsed_(parsed), text_(text) {}

    void add(std::string_view variable, const std::string& message);
    [[nodiscard]] Diagnostic complain(std::string_view variable, const std::string& message) const;

    [[nodiscard]] const std::vector<Diagnostic>& listed() const { return listed_; }
    [[nodiscard]] std::size_t unlisted() const { return unlisted_; }

  private:
    const Template& parsed_;
    std::string_view text_;
    std::vector<Diagnostic> listed_;  // at most kMaxDiagnostics
    std::size_t unlisted_ = 0;        // beyond those, counted only
};

// Substitutes each value by itself, in place. START_SCRIPT, READY_SCRIPT and USER_DATA belong to
// another language that has a `$` of its own: only what is known is replaced there. FILES_DS names
// images in a syntax of its own, and a password hash in CRYPTED_PASSWORD is no text: both stay.
[[nodiscard]] std::expected<void, Diagnostic> substitute_values(Context& context,
                                                                const Resolver& resolve,
                                                                const ValueSettings& settings,
                                                                ContextWarnings& warnings);

}  // namespace onectx
