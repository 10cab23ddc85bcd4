// See resolv_conf.h.
#include "guest/edit/resolv_conf.h"

#include "common/text.h"
#include "guest/edit/lines.h"

namespace onectx {
namespace {

constexpr std::string_view kComment = "# The next lines are written by onectx from the context.";

// The keyword stands in the first column (resolv.conf(5)); musl takes blanks before it too.
bool has_keyword(std::string_view line, std::string_view keyword)
{
    line = trim(line);
    return line.starts_with(keyword) && line.size() > keyword.size() &&
           is_space(line[keyword.size()]);
}

}  // namespace

std::string edit_resolv_conf(std::string_view text, const std::vector<std::string>& nameservers,
                             const std::vector<std::string>& domains)
{
    auto is_replaced = [&](std::string_view line) {
        if (without_end(line) == kComment) return true;
        if (!nameservers.empty() && has_keyword(line, "nameserver")) return true;
        return !domains.empty() && (has_keyword(line, "search") || has_keyword(line, "domain"));
    };
    std::vector<std::string> kept;
    std::optional<std::size_t> place;
    for (auto& line : lines_with_ends(text)) {
        if (!is_replaced(line)) {
            kept.push_back(std::move(line));
        } else if (!place) {
            place = kept.size();
        }
    }
    std::string own = std::string(kComment) + "\n";
    for (const auto& server : nameservers)
        own += "nameserver " + server + "\n";
    if (!domains.empty()) own += "search " + join(domains, " ") + "\n";
    if (nameservers.empty() && domains.empty()) return std::string(text);
    insert_line(kept, place.value_or(kept.size()), std::move(own));
    return join_lines(kept);
}

std::string resolver_lines_in(std::string_view text)
{
    std::string lines;
    for (const auto& line : lines_with_ends(text))
        if (has_keyword(line, "nameserver") || has_keyword(line, "search") ||
            has_keyword(line, "domain"))
            lines.append(without_end(line)) += '\n';
    return lines;
}

}  // namespace onectx
