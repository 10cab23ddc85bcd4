// Substitution of `$NAME`, `${NAME}` and `$VECTOR[ATTRIBUTE, SELECTOR=value]` in one value
// (reference 1.3 and 5, items 2 and 3). Pure: what a reference stands for is asked of a Resolver.
// Only names are looked for: nothing is evaluated, and what is put in is not looked at again.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"

namespace onectx {

enum class SubstitutionRules {
    // `\$` and `$$` give `$`, what is not known gives nothing, any other `$` is itself.
    value,
    // Only what is known is put in; every other byte stays, `$$` and `\$` included.
    script,
    // As OpenNebula does it: `\$` stays, what it cannot read is an error, a newline behind a name
    // is lost.
    compat,
};

struct Reference {
    std::string name;           // upper case, [A-Z0-9_]+
    std::string attribute{};    // upper case; empty for $NAME
    std::string selector{};     // upper case; empty when there is none
    std::string selected{};     // what the selector has to be
    std::string_view source{};  // as typed, `$` included; lives as long as the value

    [[nodiscard]] bool is_vector() const { return !attribute.empty(); }
};

// Absent: nothing of that name is known. Empty text: it is known, and empty.
using Resolver = std::function<std::optional<std::string>(const Reference&)>;

struct Substituted {
    std::string text;
    std::vector<std::string> unknown{};  // references that gave nothing, as typed; each one once
    std::size_t references = 0;          // that were looked up
    bool literal_dollar = false;         // a `$` that begins nothing was copied
};

// An error only with the rules of compat, when the text would be longer than kMaxContextBytes, or
// with more than kMaxReferences.
// The message names the construct, and quotes nothing of the value.
[[nodiscard]] Result<Substituted> substitute(std::string_view value, SubstitutionRules rules,
                                             const Resolver& resolve);

}  // namespace onectx
