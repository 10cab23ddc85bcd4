// Password hashes, made and checked in this process: the password never stands in an argument list
// (user-needs R-53). Pure: the random bytes of a salt are given.
#pragma once

#include <string>
#include <string_view>

#include "common/result.h"
#include "common/secret.h"
#include "guest/model/reader.h"

namespace onectx {

enum class HashMethod {
    yescrypt,     // $y$
    sha512crypt,  // $6$: what every libcrypt, musl and busybox of today can check
};

// The method of the tree's system: yescrypt where its login.defs or its PAM stack names it, because
// then its libcrypt can check it; else sha512crypt.
[[nodiscard]] Result<HashMethod> find_hash_method(const FileReader& tree);

// The hash in the form of crypt(5), of a password of at most kMaxPasswordBytes without NUL.
// `salt_bytes` are 16 or more random bytes.
[[nodiscard]] Result<Secret> hash_password(const Secret& password, HashMethod method,
                                           std::string_view salt_bytes);

// Whether this password gives this hash. A locked or empty hash belongs to no password.
[[nodiscard]] bool has_hash(const Secret& password, std::string_view hash);

}  // namespace onectx
