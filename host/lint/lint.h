// All rules over one template, and their findings as text and as JSON.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "host/lint/subject.h"

namespace onectx::lint {

struct Findings {
    std::vector<Finding> list;  // in the order of the text, those of one place by severity
    std::size_t unlisted = 0;   // of rules that found more than kMaxDiagnostics
};

[[nodiscard]] Findings run_rules(const Subject& subject);

// "file:line:column: warning: message [rule]", the line and a caret, "  fix: ..." for each, and a
// last line with the counts; nothing at all when nothing was found. `colour`: with the escape
// sequences of a terminal.
[[nodiscard]] std::string report_text(const Findings& findings, std::string_view file, bool colour);

// [{"rule","severity","line","column","message","fix"}]; what is no UTF-8 becomes U+FFFD.
[[nodiscard]] std::string report_json(const Findings& findings);

[[nodiscard]] std::string_view to_word(Severity severity);

}  // namespace onectx::lint
