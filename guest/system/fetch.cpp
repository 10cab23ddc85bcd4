// See fetch.h.
#include "guest/system/fetch.h"

#include "common/text.h"

namespace onectx {
namespace {

constexpr unsigned kMaxRedirects = 5;

bool is_redirect(unsigned status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// Where the answer sends us: another place of the same host, or an address.
Result<Url> next_url(const Url& from, std::string_view location)
{
    if (location.starts_with('/') && !location.starts_with("//")) {
        auto url = from;
        url.path = location;
        return url;
    }
    auto url = TRY(parse_url(location));
    if (from.tls && !url.tls) return fail("sends us from https to http");
    return url;
}

}  // namespace

Result<std::string> fetch(const FetchFile& file, const HttpOptions& options)
{
    HttpRequest request
    {
        .url = TRY(parse_url(file.url))
    };
    for (const auto& [name, value] : file.headers)
        request.headers.emplace_back(name, value.reveal());
    for (unsigned redirects = 0;; ++redirects) {
        const auto host = authority_of(request.url);
        auto answer = TRY(http_request(request, options));
        if (answer.status == 200) return std::move(answer.body);
        if (!is_redirect(answer.status) || redirects == kMaxRedirects)
            return fail(host + " answers " + std::to_string(answer.status));
        auto url = TRY(in_context(host, next_url(request.url, answer.header("location"))));
        if (authority_of(url) != host || url.tls != request.url.tls) request.headers.clear();
        request.url = std::move(url);
    }
}

}  // namespace onectx
