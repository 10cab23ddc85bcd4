// TOKEN = YES: a machine may talk to OneGate. It gets the address and its number as variables, and
// token.txt, by which OneGate knows it (reference 1.5).
#pragma once

#include <expected>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "host/files.h"
#include "host/input.h"

namespace onectx {

struct TokenSettings {
    std::string
        password_file{};  // holds TOKEN_PASSWORD of the machine's creator; empty: none given
};

// Where TOKEN asks for it, sets ONEGATE_ENDPOINT (that of host.conf or the command line before the
// user's own) and VMID, but for those that --set has.
void add_token_variables(Input& input, const std::map<std::string, std::string>& fixed);

// Of those that are missing where TOKEN asks for them, for whoever makes no token.
void warn_of_token(const Input& input);

// token.txt, where TOKEN asks for it and `given` does not hold one; absent where not. Prints what
// is wrong, warnings included; on failure the exit code of the program.
[[nodiscard]] std::expected<std::optional<Attachment>, int> make_token_file(
    const Input& input, const TokenSettings& settings, const std::vector<Attachment>& given);

}  // namespace onectx
