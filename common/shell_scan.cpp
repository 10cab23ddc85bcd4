// See shell_scan.h. The rules are those of POSIX, Shell Command Language, sections 2.2, 2.3
// and 2.6.
#include "common/shell_scan.h"

#include <algorithm>

#include "common/limits.h"
#include "common/text.h"
#include "common/variable_name.h"

namespace onectx {
namespace {

enum class SingleQuotes { quote, are_text };

std::size_t skip_part(std::string_view text, std::size_t at, SingleQuotes single, unsigned depth);

// Behind the next `close` that no backslash escapes.
std::size_t end_of_escaped(std::string_view text, std::size_t at, char close)
{
    while (at < text.size()) {
        if (text[at] == close) return at + 1;
        at += text[at] == '\\' ? 2U : 1U;
    }
    return kNoEnd;
}

std::size_t end_of_double_quotes(std::string_view text, std::size_t at, unsigned depth)
{
    if (depth > kMaxShellNesting) return kNoEnd;
    while (at < text.size()) {
        if (text[at] == '"') return at + 1;
        at = skip_part(text, at, SingleQuotes::are_text, depth);
    }
    return kNoEnd;
}

// In "${x:-'}'}" the quotes are text, in "${x#'}'}" they quote the pattern (POSIX, 2.6.2).
bool removes_a_pattern(std::string_view text, std::size_t at)
{
    while (at < text.size() && is_name_byte(text[at]))
        ++at;
    return at < text.size() && (text[at] == '#' || text[at] == '%');
}

std::size_t end_of_braces(std::string_view text, std::size_t at, SingleQuotes single,
                          unsigned depth)
{
    if (depth > kMaxShellNesting) return kNoEnd;
    if (removes_a_pattern(text, at)) single = SingleQuotes::quote;
    while (at < text.size()) {
        if (text[at] == '}') return at + 1;
        at = skip_part(text, at, single, depth);
    }
    return kNoEnd;
}

bool is_continuation(std::string_view text, std::size_t at)
{
    return text.substr(std::min(at, text.size())).starts_with("\\\n");
}

// A shell joins continued lines before it looks at what they say, even behind a `$`.
std::size_t skip_continuations(std::string_view text, std::size_t at)
{
    while (is_continuation(text, at))
        at += 2;
    return at;
}

std::size_t end_of_parentheses(std::string_view text, std::size_t at, unsigned depth)
{
    constexpr std::string_view kBeforeWords = " \t\n;&|()";
    if (depth > kMaxShellNesting) return kNoEnd;
    bool at_word_start = true;
    while (at < text.size()) {
        char c = text[at];
        if (c == ')') return at + 1;
        bool continues = is_continuation(text, at);
        if (c == '(')
            at = end_of_parentheses(text, at + 1, depth + 1);
        else if (c == '#' && at_word_start)
            at = std::min(text.find('\n', at), text.size());
        else
            at = skip_part(text, at, SingleQuotes::quote, depth);
        if (!continues) at_word_start = kBeforeWords.find(c) != std::string_view::npos;
    }
    return kNoEnd;
}

std::size_t skip_dollar(std::string_view text, std::size_t at, SingleQuotes single, unsigned depth)
{
    auto next = skip_continuations(text, at + 1);
    if (next >= text.size()) return kNoEnd;
    if (text[next] == '(') return end_of_parentheses(text, next + 1, depth + 1);
    if (text[next] == '{') return end_of_braces(text, next + 1, single, depth + 1);
    if (text[next] == '\'' && single == SingleQuotes::quote)
        return end_of_ansi_quotes(text, next + 1);
    return next;
}

// Behind whatever begins at `at`: a quoted or nested part, an escaped character, or one character.
std::size_t skip_part(std::string_view text, std::size_t at, SingleQuotes single, unsigned depth)
{
    switch (text[at]) {
        case '\\': return at + 2;
        case '"': return end_of_double_quotes(text, at + 1, depth + 1);
        case '`': return end_of_escaped(text, at + 1, '`');
        case '$': return skip_dollar(text, at, single, depth);
        case '\'':
            return single == SingleQuotes::quote ? end_of_single_quotes(text, at + 1) : at + 1;
        default: return at + 1;
    }
}

}  // namespace

std::size_t end_of_single_quotes(std::string_view text, std::size_t at)
{
    auto close = text.find('\'', at);
    return close == std::string_view::npos ? kNoEnd : close + 1;
}

std::size_t end_of_ansi_quotes(std::string_view text, std::size_t at)
{
    return end_of_escaped(text, at, '\'');
}

std::size_t end_of_parentheses(std::string_view text, std::size_t at)
{
    return end_of_parentheses(text, at, 0);
}

std::string_view expansion_at(std::string_view text, std::size_t at)
{
    constexpr std::string_view kSingle = "@*#?-$!{([";  // parameters of one character, and openings
    if (text[at] == '`') return text.substr(at, 1);
    if (text[at] != '$') return {};
    auto start = skip_continuations(text, at + 1);
    if (start >= text.size()) return {};
    bool is_whole = is_digit(text[start]) || kSingle.find(text[start]) != std::string_view::npos;
    auto end = is_whole ? start + 1 : start;
    while (!is_whole && end < text.size() && is_name_byte(text[end]))
        ++end;
    return end == start ? std::string_view() : text.substr(at, end - at);
}

std::size_t end_of_expansion(std::string_view text, std::size_t at, bool in_double_quotes)
{
    auto head = expansion_at(text, at);
    constexpr std::string_view kOpenings = "`({";
    if (kOpenings.find(head.back()) == std::string_view::npos) return at + head.size();
    return skip_part(text, at, in_double_quotes ? SingleQuotes::are_text : SingleQuotes::quote, 0);
}

}  // namespace onectx
