// See parts.h.
#include "guest/user_data/parts.h"

#include <array>
#include <optional>
#include <utility>

#include "common/base64.h"
#include "common/limits.h"
#include "common/text.h"
#include "guest/model/script_settings.h"
#include "guest/user_data/inflate.h"
#include "guest/user_data/mime.h"

namespace onectx {
namespace {

// What a text is by its beginning (in any case, behind white space), the longest first; and what a
// part of a message is by its type.
struct Format {
    std::string_view beginning;
    std::string_view type;
    std::optional<PartKind> kind;  // absent: nothing is done with it
};

constexpr std::array<Format, 14> kFormats{{
    {"#cloud-config-archive", "text/cloud-config-archive", std::nullopt},
    {"#cloud-config-jsonp", "text/cloud-config-jsonp", std::nullopt},
    {"## template: jinja", "text/jinja2", std::nullopt},
    {"## template:jinja", "text/jinja2", std::nullopt},
    {"#cloud-boothook", "text/cloud-boothook", std::nullopt},
    {"#part-handler", "text/part-handler", std::nullopt},
    {"#include-once", "text/x-include-once-url", std::nullopt},
    {"#cloud-config", "text/cloud-config", PartKind::cloud_config},
    {"#upstart-job", "text/upstart-job", std::nullopt},
    {"#include", "text/x-include-url", std::nullopt},
    {"#!", "text/x-shellscript", PartKind::script},
    {"", "text/x-shellscript-per-boot", std::nullopt},
    {"", "text/x-shellscript-per-instance", PartKind::script},
    {"", "text/x-shellscript-per-once", std::nullopt},
}};

const Format* format_of_text(std::string_view text)
{
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    while (!text.empty() && is_space(text.front()))
        text.remove_prefix(1);
    for (const auto& format : kFormats)
        if (!format.beginning.empty() &&
            equals_ignoring_case(text.substr(0, format.beginning.size()), format.beginning))
            return &format;
    return nullptr;
}

const Format* format_of_type(std::string_view type)
{
    for (const auto& format : kFormats)
        if (format.type == type) return &format;
    return nullptr;
}

// Types that say nothing, so that the beginning has to, and one under which people send anything.
bool says_nothing(std::string_view type)
{
    return type == "text/plain" || type == "text/x-not-multipart" || type == "text/x-shellscript" ||
           type == "application/octet-stream";
}

// `key:` in the first line that is no comment: a cloud-config that does not say so.
bool looks_like_mapping(std::string_view text)
{
    for (auto line : split_lines(text)) {
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (trim(line).empty() || line.starts_with('#') || line == "---") continue;
        const auto colon = line.find(':');
        if (colon == std::string_view::npos || colon == 0) return false;
        for (char c : line.substr(0, colon))
            if (!is_alpha(c) && c != '_' && c != '-') return false;
        return colon + 1 == line.size() || line[colon + 1] == ' ';
    }
    return false;
}

bool is_known_beginning(std::string_view text)
{
    return is_gzip(text) || format_of_text(text) != nullptr || is_mime_message(text);
}

class Splitter {
  public:
    explicit Splitter(std::string_view variable) : variable_(variable) {}

    void take(std::string text)
    {
        auto plain = unpacked(std::move(text), "");
        if (!plain) return;
        if (is_mime_message(*plain)) return take_message(*plain);
        take_part("", "text/plain", std::move(*plain));
    }

    void complain(std::string_view part, std::string_view message, bool error = true)
    {
        const std::string_view between = part.empty() ? "" : ": ";
        split_.problems.push_back(
            {variable_, std::string(part).append(between).append(message), error});
    }

    [[nodiscard]] UserDataParts done() { return std::move(split_); }

  private:
    // Packed once: what comes out and is packed again is nobody's user data.
    std::optional<std::string> unpacked(std::string text, std::string_view part)
    {
        if (is_gzip(text)) {
            auto inflated = inflate_gzip(text, kMaxUserDataBytes);
            if (!inflated) {
                complain(part, "gzip: " + inflated.error().message);
                return std::nullopt;
            }
            text = std::move(*inflated);
        }
        if (text.size() <= kMaxUserDataBytes) return text;
        complain(part, "is larger than " + std::to_string(kMaxUserDataBytes) + " bytes");
        return std::nullopt;
    }

    void take_message(std::string_view text)
    {
        auto message = parse_mime(text);
        if (!message) return complain("", "MIME: " + message.error().message);
        for (const auto& problem : message->problems)
            complain("", "MIME: " + problem);
        unsigned number = 0;
        for (auto& part : message->parts) {
            auto name = "part " + std::to_string(++number);
            if (!part.file_name.empty()) name += " (" + shown(part.file_name) + ")";
            if (auto body = unpacked(std::move(part.body), name))
                take_part(name, part.type, std::move(*body));
        }
    }

    void take_part(const std::string& name, std::string_view type, std::string text)
    {
        const auto* format = format_of_text(text);
        if (format == nullptr || (!says_nothing(type) && format->kind))
            if (const auto* of_type = format_of_type(type)) format = of_type;
        if (format == nullptr && says_nothing(type) && looks_like_mapping(text)) {
            format = format_of_type("text/cloud-config");
            complain(name, "taken for a #cloud-config, though its first line does not say so",
                     false);
        }
        if (format == nullptr)
            return complain(name, says_nothing(type)
                                      ? "begins with none of #cloud-config, #! and headers of MIME"
                                      : shown(type) + " is not supported");
        if (!format->kind)
            return complain(name, (format->beginning.empty() ? std::string(format->type)
                                                             : std::string(format->beginning)) +
                                      " is not supported");
        // Whatever stood before its first line would keep a script from naming its interpreter.
        if (format->kind == PartKind::script) {
            const auto begin = text.find("#!");
            text = with_plain_line_ends(begin == std::string::npos ? text : text.substr(begin));
        }
        split_.parts.push_back({*format->kind, name, std::move(text)});
    }

    std::string variable_;
    UserDataParts split_;
};

}  // namespace

UserDataParts split_user_data(std::string_view value, bool is_base64, std::string_view variable)
{
    Splitter splitter(variable);
    auto decoded = is_base64 || !is_known_beginning(value) ? decode_base64(value) : std::nullopt;
    if (is_base64 && !decoded)
        splitter.complain("", "is no base64");
    else if (decoded && (is_base64 || is_known_beginning(*decoded)))
        splitter.take(std::move(*decoded));
    else
        splitter.take(std::string(value));
    return splitter.done();
}

}  // namespace onectx
