// The codec of context.sh. The writer gives the bytes that OpenNebula gives; the parser reads
// those, and what its cousins write, as data: nothing is ever evaluated. parse(write(c)) == c for
// every context.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/context.h"
#include "common/diagnostic.h"

namespace onectx {

// What a text should also have said: whoever takes an unset variable as a wish to take something
// away has to know that it may have been set.
struct Refusals {
    std::set<std::string, std::less<>> names;  // variables that refused lines would have set; at
                                               // most kMaxVariables
    bool any = false;                          // a line was refused
    bool cut_off = false;  // a quote without an end, or a limit: more may have followed
};

struct ShellVars {
    Context context;
    std::vector<Diagnostic>
        warnings;                     // text kept as it stands where a shell would have expanded it
    std::vector<Diagnostic> refused;  // lines that are no assignment, or one that cannot be read
    Refusals refusals;
    std::size_t unlisted = 0;  // complaints beyond kMaxDiagnostics of each kind, counted only
};

// Never fails as a whole: what is valid is there, the rest is in `refused`. A text longer than
// kMaxContextBytes or with more than kMaxVariables names is refused from that point on. Behind a
// quote that nothing closes, reading resumes at the next line. The words and lines of a complaint
// are left out where they could belong to a secret (is_secret_name): behind the first one a
// complaint says what it is about and where, and quotes nothing.
[[nodiscard]] ShellVars parse_shell_vars(std::string_view text);

// The file as OpenNebula writes it (reference 1.7): a comment line, then NAME='value' by byte order
// of the names. Every name must be a shell name and no value may hold NUL; both are the caller's to
// check.
[[nodiscard]] std::string write_shell_vars(const Context& context);

// The value between single quotes, each ' as '\''.
[[nodiscard]] std::string quote_for_shell(std::string_view value);

}  // namespace onectx
