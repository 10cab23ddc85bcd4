// See token.h.
#include "host/token.h"

#include <mbedtls/aes.h>

#include <array>
#include <string>
#include <vector>

#include "common/base64.h"

namespace onectx {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kBlockBytes = 16;

// PKCS #7 (RFC 5652, 6.3): as many bytes as are missing, each of that value, and never none.
std::string padded(std::string text)
{
    auto missing = kBlockBytes - text.size() % kBlockBytes;
    return text.append(missing, static_cast<char>(missing));
}

const unsigned char* bytes_of(const std::string& text)
{
    return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

Result<void> check_token_password(const Secret& password)
{
    if (password.reveal().size() >= kKeyBytes) return {};
    return fail("the token password has fewer than " + std::to_string(kKeyBytes) + " characters");
}

Result<Secret> make_token(std::string_view vmid, std::string_view start_time,
                          const Secret& password)
{
    TRY(check_token_password(password));
    auto clear = padded(std::string(vmid) + ":" + std::string(start_time));
    std::string cipher(clear.size(), '\0');
    std::array<unsigned char, kBlockBytes> vector{};
    mbedtls_aes_context aes;
    mbedtls_aes_init(&aes);
    bool done = mbedtls_aes_setkey_enc(&aes, bytes_of(password.reveal()), kKeyBytes * 8) == 0 &&
                mbedtls_aes_crypt_cbc(&aes, MBEDTLS_AES_ENCRYPT, clear.size(), vector.data(),
                                      bytes_of(clear),
                                      reinterpret_cast<unsigned char*>(cipher.data())) == 0;
    mbedtls_aes_free(&aes);
    if (!done) return fail("the token cannot be encrypted");
    return Secret(encode_base64(cipher) + "\n");
}

}  // namespace onectx
