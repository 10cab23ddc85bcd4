// See sources.h.
#include "host/transfer/sources.h"

#include <string_view>

#include "common/text.h"

namespace onectx {
namespace {

bool is_quote(char c)
{
    return c == '\'' || c == '"';
}

bool is_address(std::string_view word)
{
    return word.starts_with("http://") || word.starts_with("https://");
}

// Where the path ends: the place of the colon, or the end; npos when a quote is still open.
std::size_t end_of_path(std::string_view word)
{
    if (is_address(word)) return word.size();
    if (word.empty() || !is_quote(word[0])) return std::min(word.find(':'), word.size());
    for (auto close = word.find(word[0], 1); close != std::string_view::npos;
         close = word.find(word[0], close + 1)) {
        if (close + 1 == word.size() || word[close + 1] == ':') return close + 1;
    }
    return std::string_view::npos;
}

bool is_open(std::string_view part)
{
    return !part.empty() && is_quote(part[0]) && (part.size() == 1 || part.back() != part[0]);
}

bool has_open_quote(std::string_view word)
{
    auto end = end_of_path(word);
    if (end == std::string_view::npos) return true;
    return end < word.size() && is_open(word.substr(end + 1));
}

std::string_view without_quotes(std::string_view part)
{
    if (part.empty() || !is_quote(part[0])) return part;
    return part.substr(1, part.size() - 2);
}

Result<FileRequest> parse_source(std::string_view word)
{
    if (has_open_quote(word)) return fail(shown(word) + ": unterminated quote");
    auto end = end_of_path(word);
    bool has_name = end < word.size();
    FileRequest request;
    request.path = without_quotes(word.substr(0, end));
    if (has_name) request.name = without_quotes(word.substr(end + 1));
    if (request.path.empty()) return fail(shown(word) + ": no path");
    if (has_name && request.name.empty()) return fail(shown(word) + ": no name");
    return request;
}

}  // namespace

Result<std::vector<FileRequest>> parse_sources(std::span<const std::string> words)
{
    std::vector<FileRequest> requests;
    while (!words.empty()) {
        auto word = words.front();
        words = words.subspan(1);
        while (has_open_quote(word) && !words.empty()) {
            word += " " + words.front();
            words = words.subspan(1);
        }
        requests.push_back(TRY(parse_source(word)));
    }
    return requests;
}

}  // namespace onectx
