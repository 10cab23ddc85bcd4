// See diff.h.
#include "guest/edit/diff.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "common/text.h"

namespace onectx {
namespace {

constexpr std::size_t kContextLines = 3;
// Pairs of lines that are compared at most; the table holds four bytes for each.
constexpr std::size_t kMaxPairs = 1U << 20U;

enum class Side { both, before, after };

struct Line {
    Side side;
    std::string_view text;  // with its LF, when it has one
};

std::vector<std::string_view> lines_of(std::string_view text)
{
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        auto end = text.find('\n');
        auto length = end == std::string_view::npos ? text.size() : end + 1;
        lines.push_back(text.substr(0, length));
        text.remove_prefix(length);
    }
    return lines;
}

using Lines = std::vector<std::string_view>;

void append(std::vector<Line>& script, Side side, Lines::const_iterator from,
            Lines::const_iterator to)
{
    for (; from != to; ++from)
        script.push_back({side, *from});
}

// The longest common subsequence by the textbook's table: length(i, j) is that of the rests.
void append_changed_part(std::vector<Line>& script, const Lines& before, const Lines& after)
{
    if (before.empty() || after.empty() || before.size() > kMaxPairs / after.size()) {
        append(script, Side::before, before.begin(), before.end());
        append(script, Side::after, after.begin(), after.end());
        return;
    }
    auto width = after.size() + 1;
    std::vector<std::uint32_t> length((before.size() + 1) * width, 0);
    for (auto i = before.size(); i-- > 0;)
        for (auto j = after.size(); j-- > 0;)
            length[i * width + j] = before[i] == after[j] ? length[(i + 1) * width + j + 1] + 1
                                                          : std::max(length[(i + 1) * width + j],
                                                                     length[i * width + j + 1]);
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < before.size() || j < after.size()) {
        if (i < before.size() && j < after.size() && before[i] == after[j]) {
            script.push_back({Side::both, before[i++]});
            ++j;
        } else if (j == after.size() || (i < before.size() && length[(i + 1) * width + j] >=
                                                                  length[i * width + j + 1])) {
            script.push_back({Side::before, before[i++]});
        } else {
            script.push_back({Side::after, after[j++]});
        }
    }
}

// What both begin and end with is common whatever lies between; mostly little does.
std::vector<Line> edit_script(const Lines& before, const Lines& after)
{
    auto [b, a] = std::mismatch(before.begin(), before.end(), after.begin(), after.end());
    auto b_end = before.end();
    auto a_end = after.end();
    while (b_end != b && a_end != a && *(b_end - 1) == *(a_end - 1)) {
        --b_end;
        --a_end;
    }
    std::vector<Line> script;
    append(script, Side::both, before.begin(), b);
    append_changed_part(script, Lines(b, b_end), Lines(a, a_end));
    append(script, Side::both, b_end, before.end());
    return script;
}

// "12,3", or "12" for one line; an empty range stands after the line it names.
std::string range(std::size_t lines_above, std::size_t count)
{
    auto first = std::to_string(count == 0 ? lines_above : lines_above + 1);
    return count == 1 ? first : first + "," + std::to_string(count);
}

std::string render_line(const Line& line)
{
    std::string text(1, line.side == Side::both ? ' ' : line.side == Side::before ? '-' : '+');
    text += line.text;
    if (!line.text.ends_with('\n')) text += "\n\\ No newline at end of file\n";
    return text;
}

std::string render_hunk(const std::vector<Line>& script, std::size_t from, std::size_t to)
{
    auto count = [&](std::size_t first, std::size_t last, Side without) {
        return static_cast<std::size_t>(
            std::count_if(script.begin() + static_cast<std::ptrdiff_t>(first),
                          script.begin() + static_cast<std::ptrdiff_t>(last),
                          [&](const auto& line) { return line.side != without; }));
    };
    auto text = "@@ -" + range(count(0, from, Side::after), count(from, to, Side::after)) + " +" +
                range(count(0, from, Side::before), count(from, to, Side::before)) + " @@\n";
    for (auto i = from; i < to; ++i)
        text += render_line(script[i]);
    return text;
}

std::string header(std::string_view mark, const DiffSide& side)
{
    return std::string(mark) + (side.text ? side.label : "/dev/null") + "\n";
}

}  // namespace

std::string unified_diff(const DiffSide& before, const DiffSide& after)
{
    auto text = header("--- ", before) + header("+++ ", after);
    auto script =
        edit_script(lines_of(before.text.value_or("")), lines_of(after.text.value_or("")));
    auto is_changed = [](const Line& line) { return line.side != Side::both; };
    auto at = script.begin();
    while ((at = std::find_if(at, script.end(), is_changed)) != script.end()) {
        // The hunk goes on while the next change is so near that the contexts would touch.
        auto last = at;
        for (auto next = at; next != script.end() &&
                             next - last <= static_cast<std::ptrdiff_t>(2 * kContextLines + 1);
             ++next)
            if (is_changed(*next)) last = next;
        auto changed_from = static_cast<std::size_t>(at - script.begin());
        auto changed_to = static_cast<std::size_t>(last - script.begin()) + 1;
        auto from = changed_from - std::min(changed_from, kContextLines);
        auto to = std::min(changed_to + kContextLines, script.size());
        text += render_hunk(script, from, to);
        at = last + 1;
    }
    return text;
}

}  // namespace onectx
