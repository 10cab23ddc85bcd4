// HTTP as text: addresses, requests, answers in pieces of any size, and answers that are none.
#include "guest/onegate/http.h"
#include "tests/support/catch.h"

namespace onectx::test {
namespace {

TEST_CASE("addresses", "[http]")
{
    struct Row {
        std::string text;
        Url url;
    };
    for (const auto& row : std::vector<Row>{
             {"http://169.254.16.9:5030", {.host = "169.254.16.9", .port = 5030}},
             {"HTTPS://gate.example/a/b?c=d#e",
              {.tls = true, .host = "gate.example", .port = 443, .path = "/a/b?c=d"}},
             {"http://[fe80::1]:80/", {.host = "fe80::1"}},
             {"http://[2001:db8::1]", {.host = "2001:db8::1"}},
             {"http://me:pw@proxy:3128",
              {.host = "proxy", .port = 3128, .user_and_password = "me:pw"}},
             {" http://h?x ", {.host = "h", .path = "/?x"}},
         }) {
        CAPTURE(row.text);
        auto url = parse_url(row.text);
        REQUIRE(url);
        CHECK(*url == row.url);
    }
    for (const auto* bad :
         {"", "gate", "ftp://h", "http:/h", "http://", "http://:80", "http://h:0", "http://h:65536",
          "http://h:x", "http://[::1", "http://a b", "http://h/\r\nX: y", "http://[::1]x"}) {
        CAPTURE(bad);
        CHECK_FALSE(parse_url(bad));
    }
}

TEST_CASE("requests", "[http]")
{
    HttpRequest request{.method = "PUT",
                        .url = *parse_url("http://h:5030/vm"),
                        .headers = {{"X-A", "b"}},
                        .body = "data=1",
                        .content_type = "text/plain"};
    const std::string head =
        "Host: h:5030\r\nConnection: close\r\nUser-Agent: onectx/" ONECTX_VERSION
        "\r\nAccept: */*\r\nX-A: b\r\nContent-Type: text/plain\r\nContent-Length: 6\r\n\r\ndata=1";
    CHECK(*render_request(request, false) == "PUT /vm HTTP/1.1\r\n" + head);
    CHECK(*render_request(request, true) == "PUT http://h:5030/vm HTTP/1.1\r\n" + head);
    request.headers = {{"X-A", "b\r\nX-C: d"}};
    CHECK_FALSE(render_request(request, false));
    CHECK(render_connect(*parse_url("https://[::1]"), *parse_url("http://u:p@proxy")) ==
          "CONNECT [::1]:443 HTTP/1.1\r\nHost: [::1]:443\r\n"
          "Proxy-Authorization: Basic dTpw\r\n\r\n");
}

TEST_CASE("answers come in pieces of any size", "[http]")
{
    struct Row {
        std::string text;
        unsigned status;
        std::string body;
    };
    for (const auto& row : std::vector<Row>{
             {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, "hello"},
             {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", 204, ""},
             {"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n"
              "3;a=b\r\nhel\r\n2\r\nlo\r\n0\r\nX: y\r\n\r\n",
              200, "hello"},
             {"HTTP/1.0 404 \r\n\r\nuntil the end", 404, "until the end"},
         }) {
        for (std::size_t size = 1; size <= row.text.size(); size += 3) {
            CAPTURE(row.text, size);
            HttpReader reader;
            bool whole = false;
            for (std::size_t at = 0; at < row.text.size() && !whole; at += size) {
                auto taken = reader.take(row.text.substr(at, size));
                REQUIRE(taken);
                whole = *taken;
            }
            if (!whole) CHECK(reader.end());
            CHECK(reader.answer().status == row.status);
            CHECK(reader.answer().body == row.body);
        }
    }
}

TEST_CASE("what is no answer", "[http]")
{
    const std::string ok = "HTTP/1.1 200 OK\r\n";
    for (const auto& text : std::vector<std::string>{
             "", "HTTP/1.1 200", "SSH-2.0\r\n\r\n", "HTTP/1.1 2x0 OK\r\n\r\n",
             ok + "Content-Length: 5\r\n\r\nhell", ok + "Content-Length: x\r\n\r\n",
             ok + "Content-Length: 99999999999\r\n\r\n", ok + "no header\r\n\r\n",
             ok + "Transfer-Encoding: gzip\r\n\r\n", ok + "Transfer-Encoding: chunked\r\n\r\nx\r\n",
             ok + "Transfer-Encoding: chunked\r\n\r\n\r\n",
             ok + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffffff\r\n",
             ok + "Transfer-Encoding: chunked\r\n\r\n3\r\nabcde\r\n",
             ok + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
             ok + "A: " + std::string(70000, 'a')}) {
        CAPTURE(text.substr(0, 80));
        HttpReader reader;
        auto taken = reader.take(text);
        CHECK((!taken || (!*taken && !reader.end())));
    }
}

TEST_CASE("encodings", "[http]")
{
    CHECK(form_encoded("A=b c&D=\n\"ä~") == "A%3Db+c%26D%3D%0A%22%C3%A4%7E");
    CHECK(percent_encoded("a/b ~") == "a%2Fb%20~");
}

TEST_CASE("which proxy", "[http]")
{
    const ProxySettings settings{.http = "proxy:3128",
                                 .https = "http://other:1",
                                 .none_for = "localhost, .example.org ,10.0.0.1"};
    auto proxy = [&](const std::string& url) {
        auto found = proxy_for(*parse_url(url), settings);
        if (!found) return found.error().message;
        return *found ? authority_of(**found) : std::string("none");
    };
    CHECK(proxy("http://a.example") == "proxy:3128");
    CHECK(proxy("https://a.example") == "other:1");
    CHECK(proxy("http://localhost:5030") == "none");
    CHECK(proxy("http://a.EXAMPLE.org") == "none");
    CHECK(proxy("http://example.org") == "none");
    CHECK(proxy("http://notexample.org") == "proxy:3128");
    CHECK(proxy("http://10.0.0.1/x") == "none");
    CHECK_FALSE(*proxy_for(*parse_url("http://a"), {.http = "p", .https = "", .none_for = "*"}));
    CHECK_FALSE(*proxy_for(*parse_url("https://a"), {.http = "p", .https = "", .none_for = ""}));
    CHECK_FALSE(
        proxy_for(*parse_url("http://a"), {.http = "https://p", .https = "", .none_for = ""}));
}

}  // namespace
}  // namespace onectx::test
