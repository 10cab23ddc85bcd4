// See shell_discretion.h.
#include "common/shell_discretion.h"

#include <algorithm>

#include "common/context.h"
#include "common/text.h"

namespace onectx {
namespace {

constexpr std::size_t kLongestName = 128;   // a longer run of letters is data
constexpr std::size_t kJudgedBytes = 4096;  // what is longer is not read for names: it is not shown

bool is_name_byte(char c)
{
    return is_alpha(c) || is_digit(c) || c == '_';
}

// The name that ends before `end`; empty when it is too long to be one.
std::string_view name_before(std::string_view text, std::size_t end)
{
    auto start = end;
    while (start > 0 && end - start <= kLongestName && is_name_byte(text[start - 1]))
        --start;
    return end - start <= kLongestName ? text.substr(start, end - start) : std::string_view();
}

// Whether a secret's name occurs anywhere.
bool names_secret(std::string_view text)
{
    for (std::size_t end = 1; end <= text.size(); ++end) {
        bool ends_name =
            is_name_byte(text[end - 1]) && (end == text.size() || !is_name_byte(text[end]));
        if (ends_name && is_secret_name(name_before(text, end))) return true;
    }
    return false;
}

// How often something looks like the assignment of a secret, quoted or not.
std::size_t count_secret_assignments(std::string_view text)
{
    std::size_t count = 0;
    for (auto at = text.find('='); at != std::string_view::npos; at = text.find('=', at + 1)) {
        auto name = name_before(text, at);
        auto start = at - name.size();
        bool is_at_start = start == 0 || is_space(text[start - 1]) || text[start - 1] == ';' ||
                           text[start - 1] == '\'' || text[start - 1] == '"';
        if (!name.empty() && is_at_start && is_secret_name(name)) ++count;
    }
    return count;
}

}  // namespace

bool ShellDiscretion::may_show(const ShellCommand& command, std::size_t offset) const
{
    if (spilled_ || doubtful_ || offset - command.start > kJudgedBytes) return false;
    // The whole lines: what stands before or behind the command may be the start of the secret.
    auto before = text_.substr(0, command.start);
    before.remove_prefix(before.size() - std::min(before.size(), kJudgedBytes));
    auto newline = before.rfind('\n');
    if (newline == std::string_view::npos && before.size() < command.start) return false;
    auto start = command.start - before.size() + newline + 1;
    auto after = text_.substr(offset, kJudgedBytes);
    auto end = offset + std::min(after.find('\n'), after.size());
    return !names_secret(text_.substr(start, end - start));
}

void ShellDiscretion::pass(const ShellCommand& command)
{
    if (spilled_) return;
    auto extent = text_.substr(command.start, command.end - command.start);
    if (!command.problem) {
        auto own = std::count_if(command.assignments.begin(), command.assignments.end(),
                                 [](const auto& each) { return is_secret_name(each.name); });
        spilled_ = count_secret_assignments(extent) > static_cast<std::size_t>(own);
        if (!command.assignments.empty()) doubtful_ = false;
        return;
    }
    if (extent.size() <= kJudgedBytes && !names_secret(extent)) return;
    doubtful_ = true;
    spilled_ = command.unterminated || extent.find('\n') != std::string_view::npos;
}

}  // namespace onectx
