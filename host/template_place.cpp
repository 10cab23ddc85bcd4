// See template_place.h.
#include "host/template_place.h"

#include <algorithm>

#include "common/context.h"
#include "common/text.h"
#include "common/variable_name.h"

namespace onectx {
namespace {

constexpr std::size_t kJudgedBytes = 64U << 10U;  // more than that is not worth reading: not shown

// Whether any word could be the name of a secret, wherever it stands: in a text with broken quotes
// nobody knows which words are names.
bool mentions_secret(std::string_view text)
{
    while (!text.empty()) {
        auto end = std::find_if_not(text.begin(), text.end(), is_name_byte);
        auto length = static_cast<std::size_t>(end - text.begin());
        if (is_secret_name(text.substr(0, length))) return true;
        text.remove_prefix(std::min(length + 1, text.size()));
    }
    return false;
}

}  // namespace

bool may_show(std::string_view text, const Place& place)
{
    auto line_start = text.substr(0, place.offset).rfind('\n') + 1;  // npos + 1 is 0
    auto start = std::min(line_start, place.previous);
    auto end = std::min(text.find('\n', place.offset), text.size());
    return end - start <= kJudgedBytes && !mentions_secret(text.substr(start, end - start));
}

Diagnostic complain_at(std::string_view text, const Place& place, std::string message)
{
    auto diagnostic = diagnostic_at(text, place.offset, std::move(message));
    if (!may_show(text, place)) diagnostic.source_line.clear();
    return diagnostic;
}

}  // namespace onectx
