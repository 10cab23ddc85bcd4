// When a domain of the context (the host name, the network, …) is applied: what the owner of an
// image says of it in guest.conf(5).
#pragma once

#include <optional>
#include <string_view>

namespace onectx {

enum class Rule {
    off,         // never; no context switches it on
    first_boot,  // once an instance: a VMID
    on_change,   // when the context says something new; what others changed since is left to them
    every_boot,  // whatever others made of it, once a boot; within the boot as on_change
    enforce,     // in every run, whatever others made of it
};

[[nodiscard]] constexpr bool is_on(Rule rule)
{
    return rule != Rule::off;
}

// As guest.conf spells it: "first-boot".
[[nodiscard]] std::string_view to_text(Rule rule);
[[nodiscard]] std::optional<Rule> parse_rule(std::string_view text);

}  // namespace onectx
