// See assignment.h.
#include "guest/edit/assignment.h"

#include <algorithm>

#include "common/text.h"
#include "guest/edit/lines.h"

namespace onectx {
namespace {

// Where the value begins in a line that assigns the name; npos in any other line.
std::size_t value_at(std::string_view line, std::string_view name)
{
    auto blanks = line.find_first_not_of(" \t");
    if (blanks == std::string_view::npos) return blanks;
    auto rest = line.substr(blanks);
    if (!rest.starts_with(name) || !rest.substr(name.size()).starts_with('='))
        return std::string_view::npos;
    return blanks + name.size() + 1;
}

// How long a value is, its quotes included.
std::size_t length_of_value(std::string_view text)
{
    bool quoted = text.starts_with('"') || text.starts_with('\'');
    auto close = quoted ? text.find(text.front(), 1) : std::string_view::npos;
    if (close != std::string_view::npos) return close + 1;
    return static_cast<std::size_t>(std::find_if(text.begin(), text.end(), is_space) -
                                    text.begin());
}

}  // namespace

std::optional<std::string> with_assignment(std::string_view text, std::string_view name,
                                           std::string_view value)
{
    auto lines = lines_with_ends(text);
    auto last = std::find_if(lines.rbegin(), lines.rend(), [&](const auto& line) {
        return value_at(line, name) != std::string_view::npos;
    });
    if (last == lines.rend()) return std::nullopt;
    auto at = value_at(*last, name);
    auto old = std::string_view(*last).substr(at);
    bool quoted = old.starts_with('"') || old.starts_with('\'');
    auto written = quoted ? "\"" + std::string(value) + "\"" : std::string(value);
    last->replace(at, length_of_value(old), written);
    return join_lines(lines);
}

}  // namespace onectx
