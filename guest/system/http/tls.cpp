// TLS with mbedtls; see stream.h.
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/error.h>
#include <mbedtls/ssl.h>
#include <mbedtls/x509_crt.h>
#include <unistd.h>

#include <array>

#include "common/text.h"
#include "guest/system/http/stream.h"

namespace onectx {
namespace {

// Where distributions keep the authorities that they trust: Debian and Alpine, Red Hat, SUSE, and
// what is left.
constexpr const char* kStores[] = {"/etc/ssl/certs/ca-certificates.crt",
                                   "/etc/pki/tls/certs/ca-bundle.crt",
                                   "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
                                   "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"};

std::string text_of(int code)
{
    std::array<char, 200> buffer{};
    mbedtls_strerror(code, buffer.data(), buffer.size());
    return buffer.data();
}

class TlsStream : public Stream {
  public:
    explicit TlsStream(std::unique_ptr<Stream> below) : below_(std::move(below))
    {
        mbedtls_ssl_init(&ssl_);
        mbedtls_ssl_config_init(&config_);
        mbedtls_x509_crt_init(&store_);
        mbedtls_entropy_init(&entropy_);
        mbedtls_ctr_drbg_init(&random_);
    }
    ~TlsStream() override
    {
        mbedtls_ssl_free(&ssl_);
        mbedtls_ssl_config_free(&config_);
        mbedtls_x509_crt_free(&store_);
        mbedtls_ctr_drbg_free(&random_);
        mbedtls_entropy_free(&entropy_);
    }
    TlsStream(const TlsStream&) = delete;
    TlsStream& operator=(const TlsStream&) = delete;

    Result<void> start(const std::string& host, const TlsOptions& options, const Deadline& deadline)
    {
        TRY(check("random numbers",
                  mbedtls_ctr_drbg_seed(&random_, mbedtls_entropy_func, &entropy_, nullptr, 0)));
        TRY(check("defaults", mbedtls_ssl_config_defaults(&config_, MBEDTLS_SSL_IS_CLIENT,
                                                          MBEDTLS_SSL_TRANSPORT_STREAM,
                                                          MBEDTLS_SSL_PRESET_DEFAULT)));
        mbedtls_ssl_conf_min_version(&config_, MBEDTLS_SSL_MAJOR_VERSION_3,
                                     MBEDTLS_SSL_MINOR_VERSION_3);
        mbedtls_ssl_conf_rng(&config_, mbedtls_ctr_drbg_random, &random_);
        if (options.verify) TRY(load_store(options.ca_file));
        mbedtls_ssl_conf_ca_chain(&config_, &store_, nullptr);
        // Not verified or optional, the handshake goes on, and the result is read behind it.
        mbedtls_ssl_conf_authmode(
            &config_, options.verify ? MBEDTLS_SSL_VERIFY_OPTIONAL : MBEDTLS_SSL_VERIFY_NONE);
        TRY(check("set up", mbedtls_ssl_setup(&ssl_, &config_)));
        TRY(check("host name", mbedtls_ssl_set_hostname(&ssl_, host.c_str())));
        mbedtls_ssl_set_bio(&ssl_, this, on_send, on_receive, nullptr);
        deadline_ = &deadline;
        TRY(check("handshake", mbedtls_ssl_handshake(&ssl_)));
        return options.verify ? verify() : Result<void>();
    }

    Result<void> send(std::string_view bytes, const Deadline& deadline) override
    {
        deadline_ = &deadline;
        while (!bytes.empty()) {
            const auto sent = mbedtls_ssl_write(
                &ssl_, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
            if (sent < 0) return check("send", sent);
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return {};
    }

    Result<std::size_t> receive(char* buffer, std::size_t size, const Deadline& deadline) override
    {
        deadline_ = &deadline;
        const auto got = mbedtls_ssl_read(&ssl_, reinterpret_cast<unsigned char*>(buffer), size);
        if (got == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY) return 0U;
        if (got < 0) return std::unexpected(check("receive", got).error());
        // An end without a close notify may be somebody else's cut (RFC 5246, 7.2.1).
        if (got == 0) return fail("TLS: the connection was cut");
        return static_cast<std::size_t>(got);
    }

  private:
    Result<void> check(std::string_view what, int code)
    {
        if (code == 0) return {};
        if (!below_error_.message.empty()) return std::unexpected(std::move(below_error_));
        return fail("TLS: " + std::string(what) + ": " + text_of(code));
    }

    Result<void> load_store(const std::string& file)
    {
        if (!file.empty()) {
            if (mbedtls_x509_crt_parse_file(&store_, file.c_str()) < 0 || store_.version == 0)
                return fail("TLS: " + file + " holds no certificates");
            return {};
        }
        for (const auto* store : kStores) {
            if (access(store, R_OK) != 0) continue;
            // Some authorities of a store may use what this library does not know.
            mbedtls_x509_crt_parse_file(&store_, store);
            if (store_.version != 0) return {};
        }
        return fail(
            "TLS: this system has no store of certificates (the package is called "
            "ca-certificates); ca-file in guest.conf names another");
    }

    Result<void> verify()
    {
        const auto flags = mbedtls_ssl_get_verify_result(&ssl_);
        if (flags == 0) return {};
        std::array<char, 512> buffer{};
        mbedtls_x509_crt_verify_info(buffer.data(), buffer.size(), "", flags);
        auto reasons = split_lines(buffer.data());
        std::string text;
        for (auto reason : reasons)
            text += (text.empty() ? "" : "; ") + std::string(trim(reason));
        return fail("TLS: the server's certificate is not accepted: " + text);
    }

    static int on_send(void* self, const unsigned char* bytes, std::size_t size)
    {
        auto& stream = *static_cast<TlsStream*>(self);
        auto sent =
            stream.below_->send({reinterpret_cast<const char*>(bytes), size}, *stream.deadline_);
        if (sent) return static_cast<int>(size);
        stream.below_error_ = std::move(sent).error();
        return MBEDTLS_ERR_SSL_INTERNAL_ERROR;
    }

    static int on_receive(void* self, unsigned char* bytes, std::size_t size)
    {
        auto& stream = *static_cast<TlsStream*>(self);
        auto got = stream.below_->receive(reinterpret_cast<char*>(bytes), size, *stream.deadline_);
        if (got) return static_cast<int>(*got);
        stream.below_error_ = std::move(got).error();
        return MBEDTLS_ERR_SSL_INTERNAL_ERROR;
    }

    std::unique_ptr<Stream> below_;
    Error below_error_;  // why a call of mbedtls failed, when it was not TLS itself
    const Deadline* deadline_ = nullptr;  // of the call that is at work
    mbedtls_ssl_context ssl_{};
    mbedtls_ssl_config config_{};
    mbedtls_x509_crt store_{};
    mbedtls_entropy_context entropy_{};
    mbedtls_ctr_drbg_context random_{};
};

}  // namespace

Result<std::unique_ptr<Stream>> start_tls(std::unique_ptr<Stream> below, const std::string& host,
                                          const TlsOptions& options, const Deadline& deadline)
{
    auto stream = std::make_unique<TlsStream>(std::move(below));
    TRY(stream->start(host, options, deadline));
    return stream;
}

}  // namespace onectx
