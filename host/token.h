// The token with which a machine proves to OneGate who it is (reference 1.5).
// The format is OpenNebula's and has its weaknesses (no salt, no authentication): the server at the
// other end knows no other.
#pragma once

#include <string_view>

#include "common/result.h"
#include "common/secret.h"

namespace onectx {

// An error when a password is shorter than the key that is made of it.
[[nodiscard]] Result<void> check_token_password(const Secret& password);

// What token.txt holds: "VMID:STIME", AES-256-CBC with the first 32 bytes of the password as key
// and a zero vector, in base64, and a line end. A password of fewer bytes is an error.
[[nodiscard]] Result<Secret> make_token(std::string_view vmid, std::string_view start_time,
                                        const Secret& password);

}  // namespace onectx
