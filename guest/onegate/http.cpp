// See http.h.
#include "guest/onegate/http.h"

#include <algorithm>

#include "common/base64.h"
#include "common/text.h"

namespace onectx {
namespace {

constexpr std::size_t kMaxHead = 64U << 10U;
constexpr std::size_t kMaxBody = 16U << 20U;
constexpr std::size_t kMaxChunkLine = 1024;
constexpr std::uint16_t kHttpPort = 80;
constexpr std::uint16_t kHttpsPort = 443;

bool has_control(std::string_view text)
{
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7F; });
}

// The port behind the colon; none is the scheme's own.
Result<std::uint16_t> read_port(std::string_view text, bool tls)
{
    if (text.empty()) return tls ? kHttpsPort : kHttpPort;
    auto port = parse_number(text.substr(1), 1, UINT16_MAX);
    if (!text.starts_with(':') || !port) return fail("no port: " + shown(text));
    return static_cast<std::uint16_t>(*port);
}

Result<std::uint64_t> read_chunk_size(std::string_view line)
{
    std::uint64_t size = 0;
    auto digits = trim(line.substr(0, line.find(';')));
    if (digits.empty()) return fail("a chunk of the answer has no size");
    for (char c : digits) {
        auto lower = to_lower(c);
        unsigned digit = 0;
        if (is_digit(c))
            digit = static_cast<unsigned>(c - '0');
        else if (lower >= 'a' && lower <= 'f')
            digit = static_cast<unsigned>(lower - 'a') + 10;
        else
            return fail("a chunk of the answer has no size");
        size = size << 4U | digit;
        if (size > kMaxBody) return fail("the answer is too large");
    }
    return size;
}

std::string hex(unsigned char byte)
{
    return to_upper(to_hex(std::string_view(reinterpret_cast<const char*>(&byte), 1)));
}

bool is_unreserved(char c)
{
    return is_alpha(c) || is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

}  // namespace

Result<Url> parse_url(std::string_view text)
{
    text = trim(text);
    if (has_control(text) || text.find(' ') != std::string_view::npos)
        return fail("an address with blanks or control characters");
    Url url;
    auto scheme = to_lower(text.substr(0, text.find(':')));
    if (scheme != "http" && scheme != "https")
        return fail(shown(text) + " is no address of http or https");
    url.tls = scheme == "https";
    text.remove_prefix(scheme.size());
    if (!text.starts_with("://")) return fail("an address begins with " + scheme + "://");
    text.remove_prefix(3);
    auto authority = text.substr(0, text.find_first_of("/?#"));
    auto path = text.substr(authority.size());
    path = path.substr(0, path.find('#'));
    if (!path.empty())
        url.path = path.starts_with('/') ? std::string(path) : "/" + std::string(path);
    if (auto at = authority.rfind('@'); at != std::string_view::npos) {
        url.user_and_password = authority.substr(0, at);
        authority.remove_prefix(at + 1);
    }
    std::size_t end = authority.find(':');
    if (authority.starts_with('[')) {
        end = authority.find(']');
        if (end == std::string_view::npos) return fail("an IPv6 address without its ]");
        url.host = authority.substr(1, end - 1);
        ++end;
    } else {
        url.host = authority.substr(0, end);
    }
    if (url.host.empty()) return fail("an address without a host");
    url.port = TRY(read_port(end == std::string_view::npos ? "" : authority.substr(end), url.tls));
    return url;
}

std::string authority_of(const Url& url)
{
    auto host = url.host.find(':') == std::string::npos ? url.host : "[" + url.host + "]";
    bool is_default = url.port == (url.tls ? kHttpsPort : kHttpPort);
    return is_default ? host : host + ":" + std::to_string(url.port);
}

Result<std::string> render_request(const HttpRequest& request, bool absolute)
{
    const auto& url = request.url;
    auto target = absolute ? "http://" + authority_of(url) + url.path : url.path;
    std::string text = request.method + " " + target + " HTTP/1.1\r\nHost: " + authority_of(url) +
                       "\r\nConnection: close\r\nUser-Agent: onectx/" ONECTX_VERSION
                       "\r\nAccept: */*\r\n";
    for (const auto& [name, value] : request.headers) {
        if (has_control(value)) return fail("the header " + name + " cannot hold its value");
        text += name + ": " + value + "\r\n";
    }
    bool has_body = !request.body.empty() || request.method == "PUT" || request.method == "POST";
    if (!request.content_type.empty()) text += "Content-Type: " + request.content_type + "\r\n";
    if (has_body) text += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
    return text + "\r\n" + request.body;
}

std::string basic_authorization(std::string_view user_and_password)
{
    return "Basic " + encode_base64(user_and_password);
}

std::string render_connect(const Url& target, const Url& proxy)
{
    auto host = target.host.find(':') == std::string::npos ? target.host : "[" + target.host + "]";
    auto authority = host + ":" + std::to_string(target.port);
    std::string text = "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n";
    if (!proxy.user_and_password.empty())
        text += "Proxy-Authorization: " + basic_authorization(proxy.user_and_password) + "\r\n";
    return text + "\r\n";
}

std::string_view HttpAnswer::header(std::string_view name) const
{
    for (const auto& [known, value] : headers)
        if (known == name) return value;
    return "";
}

Result<bool> HttpReader::take(std::string_view bytes)
{
    rest_ += bytes;
    if (!in_body_ && !TRY(take_head())) return false;
    if (!whole_) whole_ = TRY(chunked_ ? take_chunks() : take_body());
    return whole_;
}

// The status line and the headers, once they are all there. Interim answers (1xx) are passed over.
Result<bool> HttpReader::take_head()
{
    for (;;) {
        auto end = rest_.find("\r\n\r\n");
        if (std::min(end, rest_.size()) > kMaxHead) return fail("the answer's head is too large");
        if (end == std::string::npos) return false;
        const auto head = rest_.substr(0, end + 2);
        rest_.erase(0, end + 4);
        answer_ = {};
        const auto line = std::string_view(head).substr(0, head.find("\r\n"));
        auto words = split_words(line);
        auto status = words.size() < 2 ? std::nullopt : parse_number(words[1], 100, 999);
        if (!line.starts_with("HTTP/1.") || !status) return fail("this is no answer of HTTP");
        answer_.status = static_cast<unsigned>(*status);
        for (auto field : split_lines(std::string_view(head).substr(line.size() + 2))) {
            auto colon = field.find(':');
            if (colon == std::string_view::npos) return fail("a header of the answer is none");
            answer_.headers.emplace_back(to_lower(trim(field.substr(0, colon))),
                                         trim(field.substr(colon + 1)));
        }
        if (answer_.status >= 200) break;
    }
    TRY(begin_body());
    return true;
}

Result<void> HttpReader::begin_body()
{
    in_body_ = true;
    const auto coding = to_lower(answer_.header("transfer-encoding"));
    const auto length = answer_.header("content-length");
    chunked_ = coding == "chunked";
    if (!coding.empty() && !chunked_) return fail("the answer has a coding that is not known");
    constexpr unsigned kNoContent = 204;
    constexpr unsigned kNotModified = 304;
    if (answer_.status == kNoContent || answer_.status == kNotModified)
        length_ = 0;
    else if (!chunked_ && !length.empty()) {
        length_ = parse_number(length, 0, UINT64_MAX);
        if (!length_) return fail("the answer has no length that can be read");
        if (*length_ > kMaxBody) return fail("the answer is too large");
    }
    return {};
}

Result<bool> HttpReader::take_body()
{
    answer_.body += rest_;
    rest_.clear();
    if (length_ && answer_.body.size() >= *length_) {
        answer_.body.resize(*length_);
        return true;
    }
    if (answer_.body.size() > kMaxBody) return fail("the answer is too large");
    return false;
}

Result<bool> HttpReader::take_chunks()
{
    for (;;) {
        const auto end = rest_.find("\r\n");
        if (std::min(end, rest_.size()) > kMaxChunkLine && end == std::string::npos)
            return fail("a line of the answer is too long");
        if (end == std::string::npos) return false;
        if (in_trailer_) {
            rest_.erase(0, end + 2);
            if (end == 0) return true;
            continue;
        }
        const auto size = TRY(read_chunk_size(std::string_view(rest_).substr(0, end)));
        if (size == 0) {
            in_trailer_ = true;
            rest_.erase(0, end + 2);
            continue;
        }
        if (rest_.size() < end + 2 + size + 2) return false;
        if (answer_.body.size() + size > kMaxBody) return fail("the answer is too large");
        answer_.body.append(rest_, end + 2, size);
        if (rest_.compare(end + 2 + size, 2, "\r\n") != 0)
            return fail("a chunk of the answer does not end");
        rest_.erase(0, end + 2 + size + 2);
    }
}

Result<void> HttpReader::end()
{
    if (whole_) return {};
    if (in_body_ && !chunked_ && !length_) {
        whole_ = true;
        return {};
    }
    return fail("the answer ends in the middle");
}

std::string form_encoded(std::string_view text)
{
    std::string result;
    for (char c : text) {
        if (c == ' ')
            result += '+';
        else if (is_unreserved(c) && c != '~')
            result += c;
        else
            result += "%" + hex(static_cast<unsigned char>(c));
    }
    return result;
}

std::string percent_encoded(std::string_view text)
{
    std::string result;
    for (char c : text)
        result += is_unreserved(c) ? std::string(1, c) : "%" + hex(static_cast<unsigned char>(c));
    return result;
}

Result<std::optional<Url>> proxy_for(const Url& url, const ProxySettings& settings)
{
    for (const auto& item : split_list(settings.none_for)) {
        auto domain = std::string_view(item);
        if (domain == "*") return std::nullopt;
        if (domain.starts_with('.')) domain.remove_prefix(1);
        auto host = to_lower(url.host);
        auto name = to_lower(domain);
        if (host == name || host.ends_with("." + name)) return std::nullopt;
    }
    const auto& text = url.tls ? settings.https : settings.http;
    if (trim(text).empty()) return std::nullopt;
    auto with_scheme = text.find("://") == std::string::npos ? "http://" + text : text;
    auto proxy = TRY(in_context("the proxy of the environment", parse_url(with_scheme)));
    if (proxy.tls) return fail("a proxy that wants https itself is not supported");
    return proxy;
}

}  // namespace onectx
