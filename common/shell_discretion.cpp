// See shell_discretion.h.
#include "common/shell_discretion.h"

#include <algorithm>

#include "common/context.h"
#include "common/text.h"
#include "common/variable_name.h"

namespace onectx {
namespace {

constexpr std::size_t kLongestName = 128;   // a longer run of letters is data
constexpr std::size_t kJudgedBytes = 4096;  // what is longer is not read for names: it is not shown

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

// Whether something looks like the assignment of a secret, quoted or not.
bool assigns_secret(std::string_view text)
{
    for (auto at = text.find('='); at != std::string_view::npos; at = text.find('=', at + 1)) {
        auto name = name_before(text, at);
        auto start = at - name.size();
        bool is_at_start = start == 0 || is_space(text[start - 1]) || text[start - 1] == ';' ||
                           text[start - 1] == '\'' || text[start - 1] == '"';
        if (!name.empty() && is_at_start && is_secret_name(name)) return true;
    }
    return false;
}

}  // namespace

bool ShellDiscretion::may_show(const ShellCommand& command, std::size_t offset) const
{
    auto after = text_.substr(offset, kJudgedBytes);
    return names_no_secret(command, offset + std::min(after.find('\n'), after.size()));
}

bool ShellDiscretion::may_name(const ShellCommand& command, std::string_view name) const
{
    return names_no_secret(command, static_cast<std::size_t>(name.data() - text_.data()));
}

void ShellDiscretion::pass(const ShellCommand& command)
{
    if (passed_secret_) return;
    auto extent = text_.substr(command.start, command.end - command.start);
    const auto& own = command.assignments;
    passed_secret_ = std::any_of(own.begin(), own.end(),
                                 [](const auto& each) { return is_secret_name(each.name); }) ||
                     (command.problem ? extent.size() > kJudgedBytes || names_secret(extent)
                                      : assigns_secret(extent));
}

// From the start of the line where the command begins: what stands before it may be the start of
// the secret.
bool ShellDiscretion::names_no_secret(const ShellCommand& command, std::size_t end) const
{
    if (passed_secret_ || end - command.start > 2 * kJudgedBytes) return false;
    auto before = text_.substr(0, command.start);
    before.remove_prefix(before.size() - std::min(before.size(), kJudgedBytes));
    auto newline = before.rfind('\n');
    if (newline == std::string_view::npos && before.size() < command.start) return false;
    auto start = command.start - before.size() + newline + 1;
    return !names_secret(text_.substr(start, end - start));
}

}  // namespace onectx
