// See interfaces_file.h.
#include "guest/edit/interfaces_file.h"

#include <algorithm>

#include "common/text.h"
#include "guest/edit/lines.h"

namespace onectx {
namespace {

// One statement: a line, with those that a backslash at its end joins to it.
struct Statement {
    std::size_t first = 0;  // index of its first line
    std::size_t count = 1;
    std::vector<std::string> words;  // none for a comment or a blank line
};

std::vector<Statement> statements_of(const std::vector<std::string>& lines)
{
    std::vector<Statement> statements;
    for (std::size_t at = 0; at < lines.size();) {
        Statement statement{.first = at};
        std::string text(without_end(lines[at++]));
        if (!trim(text).starts_with('#')) {
            for (; text.ends_with('\\') && at < lines.size(); ++statement.count) {
                text.back() = ' ';
                text += without_end(lines[at++]);
            }
            statement.words = split_words(text);
        }
        statements.push_back(std::move(statement));
    }
    return statements;
}

// Whether a word opens a statement of its own; every other first word is an option of the stanza
// before it.
bool is_keyword(std::string_view word)
{
    constexpr std::string_view kKeywords[] = {
        "iface",      "auto",       "mapping",          "template",
        "source",     "source-dir", "source-directory", "no-auto-down",
        "no-scripts", "rename",
    };
    return word.starts_with("allow-") ||
           std::find(std::begin(kKeywords), std::end(kKeywords), word) != std::end(kKeywords);
}

bool is_taken(const std::vector<std::string>& iface, const TakenDevices& taken)
{
    auto device = iface.size() > 1 ? taken.find(iface[1]) : taken.end();
    if (device == taken.end()) return false;
    auto family = iface.size() > 2 ? std::string_view(iface[2]) : "";
    if (family == "inet") return device->second.inet;
    if (family == "inet6") return device->second.inet6;
    // Families that we know nothing of stay; "inherits" is no family.
    if (family == "can" || family == "ipx" || family == "x25") return false;
    return device->second.inet || device->second.inet6;
}

// For each line whether it stands in a block of ours, the markers included.
std::vector<bool> inside_blocks(const std::vector<std::string>& lines)
{
    std::vector<bool> inside(lines.size(), false);
    std::size_t open = lines.size();
    for (std::size_t at = 0; at < lines.size(); ++at) {
        auto content = trim(lines[at]);
        if (content == kInterfacesMarkers.begin) open = at;
        if (content != kInterfacesMarkers.end || open == lines.size()) continue;
        std::fill(inside.begin() + static_cast<std::ptrdiff_t>(open),
                  inside.begin() + static_cast<std::ptrdiff_t>(at) + 1, true);
        open = lines.size();
    }
    return inside;
}

void enable(std::string& line)
{
    while (line.starts_with(kDisabledPrefix))
        line.erase(0, kDisabledPrefix.size());
}

// What is not ours, as it was before us. A begin marker that lost its end is nobody's.
std::vector<std::string> foreign_part(std::string_view text)
{
    auto lines = lines_with_ends(with_managed_block(text, kInterfacesMarkers, {}));
    for (auto& line : lines)
        enable(line);
    return lines;
}

}  // namespace

ForeignInterfaces read_interfaces(std::string_view text)
{
    ForeignInterfaces result;
    for (const auto& [first, count, words] : statements_of(foreign_part(text))) {
        if (words.size() < 2) continue;
        if (words[0] == "auto" || words[0] == "allow-auto")
            result.automatic.insert(words.begin() + 1, words.end());
        else if (words[0] == "iface")
            result.defined.insert(words[1]);
        else if (words[0] == "source")
            result.sources.insert(result.sources.end(), words.begin() + 1, words.end());
        else if (words[0] == "source-directory" || words[0] == "source-dir")
            result.source_directories.insert(result.source_directories.end(), words.begin() + 1,
                                             words.end());
    }
    return result;
}

std::map<std::string, std::string> own_stanzas(std::string_view text)
{
    auto lines = lines_with_ends(text);
    auto inside = inside_blocks(lines);
    std::map<std::string, std::string> stanzas;
    std::string device;
    for (std::size_t at = 0; at < lines.size(); ++at) {
        auto content = trim(lines[at]);
        if (!inside[at] || content.empty() || content.starts_with('#')) continue;
        auto words = split_words(content);
        if (words.size() > 1 && (words[0] == "auto" || words[0] == "iface")) device = words[1];
        // `auto` is there or not because of what stands elsewhere; it configures nothing.
        if (words[0] != "auto") stanzas[device] += lines[at];
    }
    return stanzas;
}

std::string edit_interfaces(std::string_view text, const TakenDevices& taken,
                            const std::vector<std::string>& block)
{
    // The old block stays where it is until the end, so that the new one finds its place.
    auto lines = lines_with_ends(text);
    auto inside = inside_blocks(lines);
    std::vector<std::string> foreign;
    std::vector<std::size_t> places;
    for (std::size_t at = 0; at < lines.size(); ++at) {
        if (inside[at]) continue;
        enable(lines[at]);
        foreign.push_back(lines[at]);
        places.push_back(at);
    }
    bool disabling = false;
    for (const auto& statement : statements_of(foreign)) {
        if (statement.words.empty()) continue;
        if (is_keyword(statement.words[0]))
            disabling = statement.words[0] == "iface" && is_taken(statement.words, taken);
        if (!disabling) continue;
        for (std::size_t n = 0; n < statement.count; ++n)
            lines[places[statement.first + n]].insert(0, kDisabledPrefix);
    }
    return with_managed_block(join_lines(lines), kInterfacesMarkers, block);
}

}  // namespace onectx
