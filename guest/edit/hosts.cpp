// See hosts.h.
#include "guest/edit/hosts.h"

#include <algorithm>
#include <vector>

#include "common/host_name.h"
#include "common/text.h"
#include "guest/edit/lines.h"

namespace onectx {
namespace {

constexpr std::string_view kMark = "onectx";
constexpr std::string_view kOlderMark = "one-contextd";

enum class Kind { ours, localhost, entry, other };  // other: a comment, a blank line

Kind kind_of(std::string_view line)
{
    auto hash = line.find('#');
    auto words = split_list(line.substr(0, hash));
    auto comment =
        hash == std::string_view::npos ? std::string_view() : trim(line.substr(hash + 1));
    if (std::any_of(words.begin(), words.end(),
                    [](const auto& word) { return is_localhost(word); }))
        return Kind::localhost;
    if (comment == kMark || comment == kOlderMark) return Kind::ours;
    return words.empty() ? Kind::other : Kind::entry;
}

std::string line_of_name(const HostnameWish& name)
{
    auto full = name.full.empty() ? full_name({name.host, name.domain}) : name.full;
    auto names = full == name.host ? name.host : full + " " + name.host;
    // 127.0.1.1 as Debian has it: the name resolves before any network is up, and localhost keeps
    // 127.0.0.1 to itself.
    return "127.0.1.1 " + names + " # " + std::string(kMark);
}

std::size_t place_of_new_line(const std::vector<std::string>& lines)
{
    for (std::size_t at = 0; at < lines.size(); ++at) {
        auto kind = kind_of(lines[at]);
        if (kind == Kind::localhost) return at + 1;
        if (kind == Kind::entry) return at;
    }
    return lines.size();
}

}  // namespace

std::string with_host_line(std::string_view text, const HostnameWish& name)
{
    auto lines = lines_with_ends(text);
    auto is_ours = [](const std::string& line) { return kind_of(line) == Kind::ours; };
    auto ours = std::find_if(lines.begin(), lines.end(), is_ours);
    if (ours != lines.end()) {
        auto end = ours->substr(without_end(*ours).size());
        *ours = line_of_name(name) + end;
        lines.erase(std::remove_if(ours + 1, lines.end(), is_ours), lines.end());
        return join_lines(lines);
    }
    bool dos = !lines.empty() && lines.front().ends_with("\r\n");
    insert_line(lines, place_of_new_line(lines), line_of_name(name) + (dos ? "\r\n" : "\n"));
    return join_lines(lines);
}

std::string host_line_in(std::string_view text)
{
    for (const auto& line : lines_with_ends(text))
        if (kind_of(line) == Kind::ours) return std::string(without_end(line));
    return "";
}

}  // namespace onectx
