// See mime.h.
#include "guest/user_data/mime.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "common/base64.h"
#include "common/limits.h"
#include "common/text.h"

namespace onectx {
namespace {

// Names in small letters; of a name that is there twice the first counts.
using Headers = std::map<std::string, std::string, std::less<>>;

struct Entity {
    Headers headers;
    std::string_view body;
};

// The line at the beginning of a text, without its end; the text goes on behind it.
std::string_view take_line(std::string_view& text)
{
    const auto end = text.find('\n');
    auto line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

// RFC 5322, 2.2: printable characters but the colon, which ends it.
std::optional<std::string_view> header_name(std::string_view line)
{
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0) return std::nullopt;
    const auto name = line.substr(0, colon);
    const bool is_name =
        std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < 0x7F; });
    return is_name ? std::optional(name) : std::nullopt;
}

Result<Entity> split_entity(std::string_view text)
{
    Entity entity;
    const auto whole = text.size();
    std::string repeated;
    std::string* last = nullptr;
    while (!text.empty()) {
        const auto rest = text;
        const auto line = take_line(text);
        if (whole - text.size() > kMaxMimeHeaderBytes)
            return fail("the headers of a part are longer than " +
                        std::to_string(kMaxMimeHeaderBytes) + " bytes");
        if (line.empty()) break;
        if (is_space(line.front()) && last != nullptr) {
            last->append(" ").append(trim(line));
            continue;
        }
        const auto name = header_name(line);
        if (!name) {  // no header, so the body has begun
            text = rest;
            break;
        }
        auto [at, is_new] = entity.headers.emplace(to_lower(*name), "");
        last = is_new ? &at->second : &repeated;
        *last = trim(line.substr(name->size() + 1));
    }
    entity.body = text;
    return entity;
}

std::string_view header(const Headers& headers, std::string_view name)
{
    const auto found = headers.find(name);
    return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

// `value; name="text"`: RFC 2045, 5.1. Empty when there is no such parameter.
std::string parameter(std::string_view value, std::string_view wanted)
{
    std::string current;
    std::vector<std::string> fields;
    bool quoted = false;
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (quoted && value[i] == '\\' && i + 1 < value.size())
            current += value[++i];
        else if (value[i] == '"')
            quoted = !quoted;
        else if (value[i] == ';' && !quoted)
            fields.push_back(std::exchange(current, {}));
        else
            current += value[i];
    }
    fields.push_back(std::move(current));
    for (std::size_t i = 1; i < fields.size(); ++i) {
        const auto equals = fields[i].find('=');
        if (equals == std::string::npos) continue;
        if (equals_ignoring_case(trim(std::string_view(fields[i]).substr(0, equals)), wanted))
            return std::string(trim(std::string_view(fields[i]).substr(equals + 1)));
    }
    return "";
}

std::string type_of(const Headers& headers)
{
    const auto value = header(headers, "content-type");
    const auto type = to_lower(trim(value.substr(0, value.find(';'))));
    return type.find('/') == std::string::npos ? "text/plain" : type;
}

std::optional<unsigned> hex_digit(char c)
{
    if (is_digit(c)) return static_cast<unsigned>(c - '0');
    const char small = to_lower(c);
    if (small < 'a' || small > 'f') return std::nullopt;
    return static_cast<unsigned>(small - 'a' + 10);
}

// RFC 2045, 6.7. What is no encoding of anything stays as it is, as readers of mail do.
std::string decode_quoted_printable(std::string_view text)
{
    std::string decoded;
    while (!text.empty()) {
        const auto whole = text;
        auto line = take_line(text);
        const auto end = whole.substr(line.size(), whole.size() - text.size() - line.size());
        while (!line.empty() && (line.back() == ' ' || line.back() == '\t'))
            line.remove_suffix(1);
        const bool is_soft = line.ends_with('=');
        if (is_soft) line.remove_suffix(1);
        for (std::size_t i = 0; i < line.size(); ++i) {
            const auto high =
                line[i] == '=' && i + 2 < line.size() ? hex_digit(line[i + 1]) : std::nullopt;
            const auto low = high ? hex_digit(line[i + 2]) : std::nullopt;
            if (!low) {
                decoded += line[i];
                continue;
            }
            decoded += static_cast<char>(*high * 16 + *low);
            i += 2;
        }
        if (!is_soft) decoded += end;
    }
    return decoded;
}

std::optional<std::string> decode_body(std::string_view body, std::string_view encoding)
{
    const auto word = to_lower(trim(encoding));
    if (word == "base64") return decode_base64_loosely(body);
    if (word == "quoted-printable") return decode_quoted_printable(body);
    if (word.empty() || word == "7bit" || word == "8bit" || word == "binary")
        return std::string(body);
    return std::nullopt;
}

class Reader {
  public:
    Result<MimeMessage> read(std::string_view text)
    {
        TRY(read_entity(text, 0));
        return std::move(message_);
    }

  private:
    Result<void> read_entity(std::string_view text, unsigned depth)
    {
        if (depth == kMaxMimeDepth)
            return fail("more than " + std::to_string(kMaxMimeDepth) + " messages in one another");
        const auto entity = TRY(split_entity(text));
        auto type = type_of(entity.headers);
        if (type.starts_with("multipart/")) {
            const auto boundary = parameter(header(entity.headers, "content-type"), "boundary");
            if (boundary.empty()) return fail("a multipart has no boundary");
            return read_parts(entity.body, "--" + boundary, depth);
        }
        if (message_.parts.size() == kMaxMimeParts)
            return fail("more than " + std::to_string(kMaxMimeParts) + " parts");
        const auto encoding = header(entity.headers, "content-transfer-encoding");
        auto body = decode_body(entity.body, encoding);
        MimePart part{
            .type = std::move(type),
            .file_name = parameter(header(entity.headers, "content-disposition"), "filename"),
            .body = {}};
        if (body)
            part.body = std::move(*body);
        else
            message_.problems.push_back(
                "part " + std::to_string(message_.parts.size() + 1) + ": " +
                (equals_ignoring_case(trim(encoding), "base64")
                     ? "is no base64"
                     : "the transfer encoding " + shown(encoding) + " is unknown"));
        if (body) message_.parts.push_back(std::move(part));
        return {};
    }

    // RFC 2046, 5.1.1: what is before the first delimiter and behind the last is nobody's.
    Result<void> read_parts(std::string_view body, std::string_view delimiter, unsigned depth)
    {
        std::optional<std::string_view> part;
        auto rest = body;
        while (!rest.empty()) {
            const auto before = rest;
            const auto line = take_line(rest);
            if (!line.starts_with(delimiter)) continue;
            auto behind = line.substr(delimiter.size());
            const bool is_last = behind.starts_with("--");
            if (is_last) behind.remove_prefix(2);
            if (!trim(behind).empty()) continue;
            if (part) TRY(read_entity(up_to(*part, before), depth + 1));
            if (is_last && part) return {};
            if (is_last) break;
            part = rest;
        }
        message_.problems.emplace_back(part ? "the end is missing; there may have been more"
                                            : "a multipart has no parts");
        if (part) TRY(read_entity(*part, depth + 1));
        return {};
    }

    // The text up to where the other view of it begins; the line end before a delimiter is its own.
    static std::string_view up_to(std::string_view text, std::string_view behind)
    {
        text.remove_suffix(behind.size());
        if (text.ends_with('\n')) text.remove_suffix(1);
        if (text.ends_with('\r')) text.remove_suffix(1);
        return text;
    }

    MimeMessage message_;
};

}  // namespace

bool is_mime_message(std::string_view text)
{
    while (!text.empty()) {
        const auto line = take_line(text);
        if (!line.empty() && is_space(line.front())) continue;
        // What writes mailboxes puts this before the headers.
        if (line.starts_with("From ")) continue;
        const auto name = header_name(line);
        if (!name) return false;
        if (equals_ignoring_case(*name, "MIME-Version")) return true;
        // As a key of YAML nobody has it.
        if (equals_ignoring_case(*name, "Content-Type")) return true;
    }
    return false;
}

Result<MimeMessage> parse_mime(std::string_view text)
{
    while (text.starts_with("From "))
        take_line(text);
    return Reader().read(text);
}

}  // namespace onectx
