// The domains of a context: what guest.conf has a rule for. One table says which variables speak of
// a domain and which steps see to it; a new domain is a row here and a member of Policy.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "common/context.h"
#include "common/secret.h"
#include "common/shell_vars.h"
#include "guest/model/rule.h"

namespace onectx {

struct Policy;

struct Domain {
    std::string_view name;  // the key in [policy] of guest.conf
    Rule Policy::* rule;
    std::span<const std::string_view> steps;      // that make it so (Step::name)
    std::span<const std::string_view> variables;  // that speak of it
    // In both a '*' at either end stands for any text.
    bool can_enforce = true;
    // Done once for an instance and a text, and then nobody's business: neither mended nor forced.
    bool once = false;
};

[[nodiscard]] std::span<const Domain> domains();

// The domain of a step; null for one that no rule governs.
[[nodiscard]] const Domain* domain_of_step(std::string_view step);

// All that a context says of a domain, as one text: to be compared by its digest, never shown.
struct Said {
    Secret text;         // empty when it says nothing
    bool whole = false;  // false: a line was refused that may have said more
};

// By the names of the domains.
using SaidOfDomains = std::map<std::string, Said, std::less<>>;

[[nodiscard]] SaidOfDomains said_of_domains(const Context& context, const Refusals& refusals);

}  // namespace onectx
