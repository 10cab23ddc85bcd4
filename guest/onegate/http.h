// HTTP/1.1 (RFC 9110, RFC 9112) as text: a request made, an answer read piece by piece. No system
// call; what a server may send has limits.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/result.h"

namespace onectx {

struct Url {
    bool tls = false;
    std::string host;  // without the brackets of IPv6
    std::uint16_t port = 80;
    std::string path = "/";         // with the query
    std::string user_and_password;  // of a proxy; "" for none

    bool operator==(const Url&) const = default;
};

// http:// or https://. Refuses blanks, control characters, and a port that is none.
[[nodiscard]] Result<Url> parse_url(std::string_view text);

// "host:port" with brackets where IPv6 needs them; the default port is left out.
[[nodiscard]] std::string authority_of(const Url& url);

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
    std::string method = "GET";
    Url url;
    HttpHeaders headers;
    std::string body;
    std::string content_type;  // of the body
};

// The request as it is sent. With `absolute` as a proxy wants it. An error when a header would
// break out of its line.
[[nodiscard]] Result<std::string> render_request(const HttpRequest& request, bool absolute);

// "Basic …" of "user:password" (RFC 7617).
[[nodiscard]] std::string basic_authorization(std::string_view user_and_password);

// CONNECT, for a tunnel through a proxy.
[[nodiscard]] std::string render_connect(const Url& target, const Url& proxy);

struct HttpAnswer {
    unsigned status = 0;
    HttpHeaders headers;  // names in lower case
    std::string body;

    [[nodiscard]] std::string_view header(std::string_view name) const;
};

// Takes an answer as it comes.
class HttpReader {
  public:
    // The next bytes. True when the answer is whole; an error when it cannot become one.
    [[nodiscard]] Result<bool> take(std::string_view bytes);
    // The other side has ended. An error when something is missing.
    [[nodiscard]] Result<void> end();
    [[nodiscard]] HttpAnswer& answer() { return answer_; }

  private:
    [[nodiscard]] Result<bool> take_head();
    [[nodiscard]] Result<bool> take_body();
    [[nodiscard]] Result<bool> take_chunks();
    [[nodiscard]] Result<void> begin_body();

    HttpAnswer answer_;
    std::string rest_;  // not taken yet
    bool in_body_ = false;
    bool chunked_ = false;
    bool in_trailer_ = false;
    bool whole_ = false;
    std::optional<std::uint64_t> length_;
};

// "a b&c" as application/x-www-form-urlencoded has it (WHATWG URL, 5.2).
[[nodiscard]] std::string form_encoded(std::string_view text);

// For one segment of a path (RFC 3986, 2.3).
[[nodiscard]] std::string percent_encoded(std::string_view text);

// The proxy that the environment names for an address; absent for none. `no_proxy` holds hosts,
// domains and "*", parted by commas.
struct ProxySettings {
    std::string http;
    std::string https;
    std::string none_for;
};
[[nodiscard]] Result<std::optional<Url>> proxy_for(const Url& url, const ProxySettings& settings);

}  // namespace onectx
