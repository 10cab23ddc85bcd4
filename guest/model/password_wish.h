// A password that somebody is to have, and whether a text can be one.
#pragma once

#include <string_view>

#include "common/secret.h"

namespace onectx {

struct PasswordWish {
    Secret text;
    bool crypted = false;  // crypt(5) text, to be written as it is; else the password itself
};

// Why a text cannot be the password; empty when it can. A hash has to have a form of crypt(5), or
// to be locked.
[[nodiscard]] std::string_view password_fault(std::string_view text, bool crypted);

}  // namespace onectx
