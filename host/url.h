// Addresses in a FILES list, as text: which items are one, and what a file from there is called.
#pragma once

#include <string>
#include <string_view>

#include "common/result.h"

namespace onectx {

// http:// or https://, any case.
[[nodiscard]] bool is_url(std::string_view item);

// ftp://, s3:// and the like: an address that nobody here can fetch.
[[nodiscard]] bool is_foreign_url(std::string_view item);

// Refuses what no request can be made of: no host, blanks or control characters; and a user name or
// a password, which everybody could read in context.sh.
[[nodiscard]] Result<void> check_url(std::string_view url);

// The last component of the path, its %XX decoded (RFC 3986, 2.1). An error when there is none, or
// when it could not be the name of a file.
[[nodiscard]] Result<std::string> name_of_url(std::string_view url);

// A text, maybe with addresses in it, as messages show it: user names and passwords are ***.
[[nodiscard]] std::string without_credentials(std::string_view text);

}  // namespace onectx
