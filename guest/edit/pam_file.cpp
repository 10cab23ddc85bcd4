// See pam_file.h.
#include "guest/edit/pam_file.h"

#include <algorithm>
#include <optional>

#include "common/text.h"
#include "guest/edit/lines.h"

namespace onectx {
namespace {

constexpr std::string_view kOldMark = "# one-contextd";

bool loads(std::string_view line, std::string_view module)
{
    auto words = split_words(line.substr(0, line.find('#')));
    return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
        return word == module || word.ends_with("/" + std::string(module));
    });
}

// The line as it was before somebody put it out of action for a context; absent for any other.
std::optional<std::string> restored(const std::string& line)
{
    if (line.starts_with(kDisabledPrefix)) return line.substr(kDisabledPrefix.size());
    auto content = without_end(line);
    if (!content.starts_with('#') || !content.ends_with(kOldMark)) return std::nullopt;
    auto end = line.substr(content.size());
    content.remove_prefix(1);
    content.remove_suffix(kOldMark.size());
    while (content.ends_with(' '))
        content.remove_suffix(1);
    return std::string(content) + end;
}

}  // namespace

std::string with_pam_module(std::string_view text, std::string_view module, bool active)
{
    auto lines = lines_with_ends(text);
    for (auto& line : lines) {
        auto before = restored(line);
        if (active && before && loads(*before, module))
            line = *before;
        else if (!active && loads(line, module))
            line = std::string(kDisabledPrefix) + line;
    }
    return join_lines(lines);
}

}  // namespace onectx
