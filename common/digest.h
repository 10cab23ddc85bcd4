// Digests, from mbedtls: there is nothing of ours to add to them.
#pragma once

#include <string>
#include <string_view>

namespace onectx {

[[nodiscard]] std::string sha256(std::string_view bytes);      // 32 bytes
[[nodiscard]] std::string sha256_hex(std::string_view bytes);  // 64 lower-case hex digits
[[nodiscard]] std::string hmac_sha256(std::string_view key, std::string_view bytes);  // 32 bytes
[[nodiscard]] std::string md5(std::string_view bytes);  // 16 bytes; ISO check sums, never security

}  // namespace onectx
