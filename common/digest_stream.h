// Digests of what does not fit into memory, piece by piece. For what does: digest.h.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

struct mbedtls_md_context_t;

namespace onectx {

enum class DigestKind { sha256, md5 };

class DigestStream {
  public:
    explicit DigestStream(DigestKind kind);
    DigestStream(DigestStream&&) noexcept = default;
    DigestStream& operator=(DigestStream&&) noexcept = default;
    ~DigestStream();

    void add(std::string_view bytes);
    // The digest in lower-case hex; nothing can be added afterwards.
    [[nodiscard]] std::string finish_hex();

  private:
    struct Free {
        void operator()(mbedtls_md_context_t* context) const;
    };
    std::unique_ptr<mbedtls_md_context_t, Free> context_;
    std::size_t size_;  // bytes of the digest
};

}  // namespace onectx
