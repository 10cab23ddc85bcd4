// A connection to a server, over TCP and, where asked for, TLS with the server verified (mbedtls).
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "common/result.h"
#include "guest/system/http/deadline.h"
#include "posix/fd.h"

namespace onectx {

struct TlsOptions {
    bool verify = true;
    std::string ca_file;  // empty: the distribution's store; none there means refusal
};

class Stream {
  public:
    Stream() = default;
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
    virtual ~Stream() = default;

    // Sends all of it.
    [[nodiscard]] virtual Result<void> send(std::string_view bytes, const Deadline& deadline) = 0;
    // At least one byte; 0 when the other side has ended.
    [[nodiscard]] virtual Result<std::size_t> receive(char* buffer, std::size_t size,
                                                      const Deadline& deadline) = 0;
};

// Tries each address of the host in turn.
[[nodiscard]] Result<std::unique_ptr<Stream>> connect_tcp(const std::string& host,
                                                          unsigned short port,
                                                          const Deadline& deadline);

// TLS 1.2 over a connection that there is. The error says what is wrong with the server's
// certificate.
[[nodiscard]] Result<std::unique_ptr<Stream>> start_tls(std::unique_ptr<Stream> below,
                                                        const std::string& host,
                                                        const TlsOptions& options,
                                                        const Deadline& deadline);

}  // namespace onectx
