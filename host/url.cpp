// See url.h.
#include "host/url.h"

#include <algorithm>

#include "common/text.h"

namespace onectx {
namespace {

constexpr std::string_view kSchemeEnd = "://";

std::size_t end_of_authority(std::string_view text, std::size_t start)
{
    return std::min(text.find_first_of("/?# \t\r\n'\"", start), text.size());
}

// User, host and port of an address.
std::string_view authority_of(std::string_view url)
{
    auto start = url.find(kSchemeEnd) + kSchemeEnd.size();
    return url.substr(start, end_of_authority(url, start) - start);
}

unsigned hex_value(char c)  // 16: no hexadecimal digit
{
    auto value = std::string_view("0123456789abcdef").find(to_lower(c));
    return value == std::string_view::npos ? 16 : static_cast<unsigned>(value);
}

// A % that no two digits follow stays as it is.
std::string percent_decoded(std::string_view text)
{
    std::string result;
    while (!text.empty()) {
        auto high = text[0] == '%' && text.size() > 2 ? hex_value(text[1]) : 16;
        auto low = high < 16 ? hex_value(text[2]) : 16;
        result += low < 16 ? static_cast<char>(high * 16 + low) : text[0];
        text.remove_prefix(low < 16 ? 3 : 1);
    }
    return result;
}

bool is_control(char c)
{
    return static_cast<unsigned char>(c) < ' ' || c == '\x7F';
}

}  // namespace

bool is_url(std::string_view item)
{
    auto scheme = item.substr(0, item.find(kSchemeEnd));
    return scheme.size() < item.size() &&
           (equals_ignoring_case(scheme, "http") || equals_ignoring_case(scheme, "https"));
}

bool is_foreign_url(std::string_view item)
{
    auto scheme = item.substr(0, item.find(kSchemeEnd));
    bool is_scheme = !scheme.empty() && is_alpha(scheme[0]) &&
                     std::all_of(scheme.begin(), scheme.end(), [](char c) {
                         return is_alpha(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
                     });
    return scheme.size() < item.size() && is_scheme && !is_url(item);
}

Result<void> check_url(std::string_view url)
{
    auto shown = printable(without_credentials(url));
    if (std::any_of(url.begin(), url.end(), [](char c) { return c == ' ' || is_control(c); }))
        return fail(shown + ": an address has no blanks; write %20");
    auto authority = authority_of(url);
    if (authority.contains('@'))
        return fail(shown + ": a password in an address can be read in context.sh");
    if (authority.empty() || authority.starts_with(':'))
        return fail(shown + ": an address without a host");
    return {};
}

Result<std::string> name_of_url(std::string_view url)
{
    auto shown = printable(without_credentials(url));
    auto rest = url.substr(end_of_authority(url, url.find(kSchemeEnd) + kSchemeEnd.size()));
    auto path = rest.substr(0, rest.find_first_of("?#"));
    auto name = percent_decoded(path.substr(path.rfind('/') + 1));  // npos + 1 is 0
    if (name.empty() || name == "." || name == ".." || name.contains('/') ||
        std::any_of(name.begin(), name.end(), is_control))
        return fail(shown + ": no file name in the address; write 'address':name");
    return name;
}

std::string without_credentials(std::string_view text)
{
    std::string result;
    for (auto found = text.find(kSchemeEnd); found != std::string_view::npos;
         found = text.find(kSchemeEnd)) {
        auto start = found + kSchemeEnd.size();
        auto end = end_of_authority(text, start);
        auto at = text.substr(start, end - start).rfind('@');
        result += text.substr(0, start);
        if (at != std::string_view::npos) result += "***";
        text.remove_prefix(at == std::string_view::npos ? start : start + at);
    }
    return result += text;
}

}  // namespace onectx
