// See boot_order.h.
#include "guest/edit/boot_order.h"

#include <algorithm>

#include "common/text.h"
#include "guest/edit/lines.h"

namespace onectx {
namespace {

constexpr std::string_view kTargets = "TARGETS =";
constexpr std::string_view kInteractive = "INTERACTIVE =";

bool contains(const std::vector<std::string>& words, std::string_view word)
{
    return std::find(words.begin(), words.end(), word) != words.end();
}

// The scripts that TARGETS names.
std::vector<std::string> targets_of(std::string_view text)
{
    for (auto line : split_lines(text))
        if (line.starts_with(kTargets)) return split_words(line.substr(kTargets.size()));
    return {};
}

// "networking" of "networking: mountall.sh"; empty for any other line.
std::string_view script_of(std::string_view line)
{
    auto colon = line.find(':');
    return colon == std::string_view::npos ? std::string_view() : trim(line.substr(0, colon));
}

void append_word(std::string& line, std::string_view word)
{
    auto content = std::string(without_end(line));
    auto end = line.substr(content.size());
    line = content + " " + std::string(word) + end;
}

// Leaves the first word and whatever else is not `word`, and the line alone when it is not there.
void remove_word(std::string& line, std::string_view word)
{
    auto content = without_end(line);
    auto words = split_words(content);
    auto end = std::string(line.substr(content.size()));
    if (std::erase(words, word) > 0) line = join(words, " ") + end;
}

}  // namespace

std::string with_boot_script(std::string_view text, const BootScript& script)
{
    auto targets = targets_of(text);
    if (contains(targets, script.name)) return std::string(text);
    auto lines = lines_with_ends(text);
    auto waiting = script.before;
    std::erase_if(waiting, [&](const auto& name) { return !contains(targets, name); });
    for (auto& line : lines) {
        if (line.starts_with(kTargets)) append_word(line, script.name);
        if (std::erase(waiting, script_of(line)) > 0) append_word(line, script.name);
    }
    auto add = [&](const std::string& line) { insert_line(lines, lines.size(), line + "\n"); };
    for (const auto& name : waiting)
        add(name + ": " + script.name);
    auto after = script.after;
    std::erase_if(after, [&](const auto& name) { return !contains(targets, name); });
    if (!after.empty()) add(script.name + ": " + join(after, " "));
    return join_lines(lines);
}

std::string without_boot_script(std::string_view text, std::string_view name)
{
    if (!contains(targets_of(text), name)) return std::string(text);
    auto lines = lines_with_ends(text);
    std::erase_if(lines, [&](const auto& line) { return script_of(line) == name; });
    for (auto& line : lines)
        if (line.starts_with(kTargets) || line.starts_with(kInteractive) ||
            !script_of(line).empty())
            remove_word(line, name);
    return join_lines(lines);
}

}  // namespace onectx
