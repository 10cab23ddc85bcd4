// TLS with the server verified: who it is, by whom that is said, and that nothing is sent to
// others.
#include "guest/system/http/client.h"
#include "tests/support/catch.h"
#include "tests/support/files.h"
#include "tests/support/web_server.h"

namespace onectx::test {
namespace {

std::string result_of(const std::string& url, const TlsOptions& tls)
{
    HttpRequest request;
    request.url = *parse_url(url);
    auto answer = http_request(request, {.tries = 1, .tls = tls, .proxy = {}});
    return answer ? std::to_string(answer->status) : answer.error().message;
}

TEST_CASE("a server is who its certificate says", "[tls]")
{
    const WebServer server("onegate_server.py");
    const auto good = server.https_by_name("/log");
    const auto trusted = TlsOptions{.verify = true, .ca_file = server.certificate()};
    CHECK(result_of(good, trusted) == "200");
    CHECK(result_of(server.https("/log"), trusted)
              .ends_with("TLS: the server's certificate is not accepted: The certificate Common "
                         "Name (CN) does not match with the expected CN"));
    CHECK(result_of(server.https("/log"), {.verify = false, .ca_file = ""}) == "200");

    const WebServer other("onegate_server.py");
    CHECK(result_of(good, {.verify = true, .ca_file = other.certificate()})
              .find("not correctly signed by the trusted CA") != std::string::npos);
    CHECK(result_of(good, {.verify = true, .ca_file = "/none"})
              .ends_with("TLS: /none holds no certificates"));
}

TEST_CASE("a server that speaks no TLS, and one that says nothing", "[tls]")
{
    const WebServer server("onegate_server.py");
    const auto port = server.http("").substr(server.http("").rfind(':'));
    const auto text = result_of("https://localhost" + port, {.verify = false, .ca_file = ""});
    CHECK(text.find("TLS: handshake: ") != std::string::npos);

    HttpRequest request;
    request.url = *parse_url(server.http("/slow/vm"));
    const auto slow = http_request(
        request, {.limit = std::chrono::milliseconds(300), .tries = 1, .tls = {}, .proxy = {}});
    REQUIRE_FALSE(slow);
    CHECK(slow.error().message.ends_with("no answer in time"));
}

}  // namespace
}  // namespace onectx::test
