// See digest.h. Through the generic interface of mbedtls, which is the same in 2.28 and in 3.
#include "common/digest.h"

#include <mbedtls/md.h>

#include <stdexcept>

#include "common/text.h"

namespace onectx {
namespace {

const unsigned char* octets(std::string_view bytes)
{
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

const mbedtls_md_info_t* algorithm(mbedtls_md_type_t type)
{
    const auto* info = mbedtls_md_info_from_type(type);
    if (info == nullptr) throw std::logic_error("mbedtls was built without a digest we need");
    return info;
}

// The only failures left are a library without the digest and memory running out.
void require(int status)
{
    if (status != 0) throw std::runtime_error("mbedtls: digest failed");
}

std::string digest(mbedtls_md_type_t type, std::string_view bytes)
{
    const auto* info = algorithm(type);
    std::string result(mbedtls_md_get_size(info), '\0');
    require(mbedtls_md(info, octets(bytes), bytes.size(),
                       reinterpret_cast<unsigned char*>(result.data())));
    return result;
}

}  // namespace

std::string sha256(std::string_view bytes)
{
    return digest(MBEDTLS_MD_SHA256, bytes);
}

std::string sha256_hex(std::string_view bytes)
{
    return to_hex(sha256(bytes));
}

std::string hmac_sha256(std::string_view key, std::string_view bytes)
{
    const auto* info = algorithm(MBEDTLS_MD_SHA256);
    std::string result(mbedtls_md_get_size(info), '\0');
    require(mbedtls_md_hmac(info, octets(key), key.size(), octets(bytes), bytes.size(),
                            reinterpret_cast<unsigned char*>(result.data())));
    return result;
}

std::string md5(std::string_view bytes)
{
    return digest(MBEDTLS_MD_MD5, bytes);
}

}  // namespace onectx
