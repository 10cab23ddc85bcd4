// See digest_stream.h.
#include "common/digest_stream.h"

#include <mbedtls/md.h>

#include <stdexcept>

#include "common/text.h"

namespace onectx {
namespace {

// The only failures are a library without the digest and memory running out.
void require(bool good)
{
    if (!good) throw std::runtime_error("mbedtls: digest failed");
}

}  // namespace

void DigestStream::Free::operator()(mbedtls_md_context_t* context) const
{
    mbedtls_md_free(context);
    delete context;
}

DigestStream::DigestStream(DigestKind kind) : context_(new mbedtls_md_context_t), size_(0)
{
    mbedtls_md_init(context_.get());
    const auto* info =
        mbedtls_md_info_from_type(kind == DigestKind::md5 ? MBEDTLS_MD_MD5 : MBEDTLS_MD_SHA256);
    require(info != nullptr && mbedtls_md_setup(context_.get(), info, 0) == 0 &&
            mbedtls_md_starts(context_.get()) == 0);
    size_ = mbedtls_md_get_size(info);
}

DigestStream::~DigestStream() = default;

void DigestStream::add(std::string_view bytes)
{
    require(mbedtls_md_update(context_.get(), reinterpret_cast<const unsigned char*>(bytes.data()),
                              bytes.size()) == 0);
}

std::string DigestStream::finish_hex()
{
    std::string digest(MBEDTLS_MD_MAX_SIZE, '\0');
    require(mbedtls_md_finish(context_.get(), reinterpret_cast<unsigned char*>(digest.data())) ==
            0);
    digest.resize(size_);
    return to_hex(digest);
}

}  // namespace onectx
