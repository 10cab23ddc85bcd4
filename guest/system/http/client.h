// One request and its answer.
#pragma once

#include <chrono>

#include "guest/onegate/http.h"
#include "guest/system/http/stream.h"

namespace onectx {

struct HttpOptions {
    std::chrono::milliseconds limit{30000};  // for all of it, tries included
    unsigned tries = 3;                      // when there is no answer, or one of 500 and above
    TlsOptions tls;
    ProxySettings proxy;
};

// What http_proxy, https_proxy and no_proxy say. The older client took http_proxy for both.
[[nodiscard]] ProxySettings proxy_of_environment();

// The answer, whatever its status. Redirects are not followed: a token would go to whoever the
// answer names. A request that might have been obeyed already is repeated only when `method` is
// GET or PUT (RFC 9110, 9.2.2). Waits between tries, longer each time, and never quite as long as
// others that began at the same moment.
[[nodiscard]] Result<HttpAnswer> http_request(const HttpRequest& request,
                                              const HttpOptions& options);

}  // namespace onectx
