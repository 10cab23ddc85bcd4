// See client.h.
#include "guest/system/http/client.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <thread>

#include "common/text.h"
#include "guest/system/facts.h"

namespace onectx {
namespace {

constexpr std::chrono::milliseconds kFirstPause{500};
constexpr unsigned kServerError = 500;
constexpr unsigned kOk = 200;

Result<HttpAnswer> read_answer(Stream& stream, const Deadline& deadline)
{
    HttpReader reader;
    std::array<char, 16U << 10U> buffer{};
    for (;;) {
        // What is there already is not waited for, and a server may never stop sending.
        if (deadline.is_over()) return fail("no answer in time", ETIMEDOUT);
        const auto got = TRY(stream.receive(buffer.data(), buffer.size(), deadline));
        if (got == 0) break;
        if (TRY(reader.take({buffer.data(), got}))) return std::move(reader.answer());
    }
    TRY(reader.end());
    return std::move(reader.answer());
}

// A tunnel through the proxy: what follows is between the server and us.
Result<void> open_tunnel(Stream& stream, const Url& url, const Url& proxy, const Deadline& deadline)
{
    TRY(stream.send(render_connect(url, proxy), deadline));
    HttpReader reader;
    std::string head;
    // Byte by byte: what comes behind the head is the server's.
    for (char byte = 0; !head.ends_with("\r\n\r\n");) {
        if (TRY(stream.receive(&byte, 1, deadline)) == 0) return fail("the proxy hung up");
        head += byte;
        if (head.size() > 8192) return fail("the proxy's answer is too large");
    }
    auto taken = TRY(reader.take(head));
    (void)taken;
    if (reader.answer().status != kOk)
        return fail("the proxy refuses: status " + std::to_string(reader.answer().status));
    return {};
}

// `sent` is set once the server may have seen the request.
Result<HttpAnswer> request_once(const HttpRequest& request, const HttpOptions& options,
                                const Deadline& deadline, bool& sent)
{
    const auto& url = request.url;
    const auto proxy = TRY(proxy_for(url, options.proxy));
    const auto& first = proxy ? *proxy : url;
    auto stream = TRY(connect_tcp(first.host, first.port, deadline));
    auto through = request;
    if (proxy && url.tls)
        TRY(in_context("proxy " + authority_of(*proxy),
                       open_tunnel(*stream, url, *proxy, deadline)));
    else if (proxy && !proxy->user_and_password.empty())
        through.headers.emplace_back("Proxy-Authorization",
                                     basic_authorization(proxy->user_and_password));
    if (url.tls) stream = TRY(start_tls(std::move(stream), url.host, options.tls, deadline));
    const auto text = TRY(render_request(through, proxy && !url.tls));
    sent = true;
    TRY(stream->send(text, deadline));
    return read_answer(*stream, deadline);
}

// Between half of it and all of it.
std::chrono::milliseconds jittered(std::chrono::milliseconds pause)
{
    const auto bytes = random_bytes(1);
    const auto part = bytes ? static_cast<unsigned char>(bytes->front()) : 0U;
    return pause / 2 + pause / 2 * part / 256;
}

std::string variable(const char* name)
{
    const auto* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

}  // namespace

ProxySettings proxy_of_environment()
{
    ProxySettings settings;
    // Not HTTP_PROXY: in a CGI program a header of the client's sets it.
    settings.http = variable("http_proxy");
    settings.https = variable("https_proxy");
    if (settings.https.empty()) settings.https = variable("HTTPS_PROXY");
    if (settings.https.empty()) settings.https = settings.http;
    settings.none_for = variable("no_proxy");
    if (settings.none_for.empty()) settings.none_for = variable("NO_PROXY");
    return settings;
}

Result<HttpAnswer> http_request(const HttpRequest& request, const HttpOptions& options)
{
    const Deadline deadline(options.limit);
    const auto repeatable = request.method == "GET" || request.method == "PUT";
    auto pause = kFirstPause;
    for (unsigned tries = 1;; ++tries) {
        bool sent = false;
        auto answer = request_once(request, options, deadline, sent);
        const bool is_good = answer && answer->status < kServerError;
        const bool may_repeat = tries < options.tries && (!sent || repeatable);
        const auto wait = jittered(pause);
        if (is_good || !may_repeat || wait.count() >= deadline.remaining_ms())
            return in_context("ask " + authority_of(request.url), std::move(answer));
        std::this_thread::sleep_for(wait);
        pause *= 2;
    }
}

}  // namespace onectx
