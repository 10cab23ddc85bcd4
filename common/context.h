// The variables of a context: what a template says and what context.sh carries, as one value.
// Ordered by the bytes of the name, which is the order in which OpenNebula writes them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace onectx {

struct ContextValue {
    std::string text;   // any bytes but NUL
    unsigned line = 0;  // where it was read, 1-based; 0 when it comes from no text

    // Where a value was read is no part of what it is.
    bool operator==(const ContextValue& other) const { return text == other.text; }
};

using Context = std::map<std::string, ContextValue, std::less<>>;

// The value of a name; absent when the variable is unset or empty (user-needs R-28: empty equals
// unset).
[[nodiscard]] std::optional<std::string_view> value_of(const Context& context,
                                                       std::string_view name);

// The line where a name was read, 0 when unknown.
[[nodiscard]] unsigned line_of(const Context& context, std::string_view name);

// Whether the value of such a name must never be shown: passwords, tokens, private keys, script
// bodies. Decided by the name alone, any case: *PASSWORD*, *PASSWD*, *PASSPHRASE*, *PSK*, *PWD*,
// *_PASS, *TOKEN*, *SECRET*, *PRIVATE*, *CREDENTIAL*, *KEY* except public keys, and START_SCRIPT,
// READY_SCRIPT, USER_DATA, USERDATA with their _BASE64 forms. TOKEN itself is a flag (YES/NO) and
// no secret.
[[nodiscard]] bool is_secret_name(std::string_view name);

}  // namespace onectx
