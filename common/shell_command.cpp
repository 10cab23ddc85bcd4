// See shell_command.h.
#include "common/shell_command.h"

#include <algorithm>
#include <utility>

#include "common/limits.h"
#include "common/shell_scan.h"
#include "common/text.h"

namespace onectx {
namespace {

// The NAME of a `NAME=` at `at`; empty when there is none.
std::string_view assigned_name(std::string_view text, std::size_t at)
{
    auto end = at;
    while (end < text.size() && (is_alpha(text[end]) || is_digit(text[end]) || text[end] == '_'))
        ++end;
    auto name = text.substr(at, end - at);
    bool assigns = end < text.size() && text[end] == '=' && is_shell_name(name);
    return assigns ? name : std::string_view();
}

// The NAME of NAME+=value and NAME[index]=value, which some shells know; empty when there is none.
std::string_view otherwise_assigned_name(std::string_view word)
{
    auto end = std::min(word.find_first_of("+["), word.size());
    auto name = word.substr(0, end);
    auto rest = word.substr(end);
    bool assigns = rest.starts_with("+=") || rest.find("]=") != std::string_view::npos;
    return assigns && is_shell_name(name) ? name : std::string_view();
}

class CommandReader {
  public:
    CommandReader(std::string_view text, std::size_t at) : text_(text), at_(at)
    {
        command_.start = at;
        command_.last_word = at;
    }

    ShellCommand read()
    {
        skip_blanks();
        if (at_ < text_.size() && text_[at_] == ';') read_operator();  // it ends no command
        for (skip_blanks(); !at_end(); skip_blanks())
            read_part();
        if (is_export_ && command_.assignments.empty())
            refuse({export_at_, "not an assignment", ""}, {}, "export");
        command_.end = std::min(at_, text_.size());
        return std::move(command_);
    }

  private:
    [[nodiscard]] bool at_end() const
    {
        return at_ >= text_.size() || text_[at_] == ';' || line_end_at(text_, at_) != 0;
    }

    void skip_blanks()
    {
        while (at_ < text_.size()) {
            char c = text_[at_];
            auto continued = c == '\\' ? line_end_at(text_, at_ + 1) : 0;
            if (c != ' ' && c != '\t' && continued == 0 && !(c == ';' && spoils_line_)) return;
            at_ += 1 + continued;
        }
    }

    void read_part()
    {
        constexpr std::string_view kOperators = "&|()<>";
        if (text_[at_] == '#')
            at_ = std::min(text_.find('\n', at_), text_.size());
        else if (kOperators.find(text_[at_]) != std::string_view::npos)
            read_operator();
        else if (auto name = assigned_name(text_, at_); !name.empty())
            read_assignment(name);
        else
            read_foreign_word();
    }

    void read_assignment(std::string_view name)
    {
        command_.last_word = at_;
        auto value = read_shell_word(text_, at_ + name.size() + 1);
        if (value.unterminated)
            refuse_unterminated(*value.problem, name);
        else if (value.problem)
            refuse(*value.problem, name, {});
        auto offset = std::exchange(at_, value.end);
        if (command_.assignments.size() < kMaxVariables) {
            command_.assignments.push_back({name, offset, std::move(value)});
            return;
        }
        command_.has_more_names = true;
        refuse({offset, "too many assignments in one command", ""}, {}, {});
    }

    void read_foreign_word()
    {
        bool is_first = command_.assignments.empty() && !command_.problem && !is_export_;
        command_.last_word = at_;
        auto word = read_shell_word(text_, at_);
        auto written = text_.substr(at_, word.end - at_);
        auto offset = std::exchange(at_, word.end);
        if (is_first && written == "export") {
            is_export_ = true;
            export_at_ = offset;
            return;
        }
        if (word.unterminated) refuse_unterminated(*word.problem, {});
        auto name = otherwise_assigned_name(written);
        skip_blanks();
        bool is_parted = at_ < text_.size() && text_[at_] == '=' && is_shell_name(written);
        refuse({offset, name.empty() ? "not an assignment" : "not a plain NAME=value",
                is_parted ? "no blank may stand before '='" : ""},
               {}, written);
        bool is_meant = is_parted || (is_export_ && is_shell_name(written));
        claim(name.empty() && is_meant ? written : name);
    }

    void claim(std::string_view name)
    {
        if (name.empty()) return;
        if (command_.claimed.size() < kMaxVariables)
            command_.claimed.push_back(name);
        else
            command_.has_more_names = true;
    }

    void read_operator()
    {
        char c = text_[at_];
        bool redirects = c == '<' || c == '>';
        ShellProblem problem{at_, "unquoted '" + std::string(1, c) + "'",
                             c == ';'    ? "there is no command before it"
                             : redirects ? "a shell would redirect"
                                         : "a shell would run a command"};
        std::string_view name;
        if (c == '(' && follows_assignment()) {
            name = command_.assignments.back().name;
            problem.why = "arrays are not read";
        }
        refuse(std::move(problem), name, {});
        command_.last_word = at_;
        if (c == '(') {
            at_ = end_of_parentheses(text_, at_ + 1);
            command_.unterminated = at_ == kNoEnd;
        } else {
            spoils_line_ = true;
            ++at_;
        }
    }

    // `NAME=(`: nothing stands between.
    [[nodiscard]] bool follows_assignment() const
    {
        if (command_.assignments.empty()) return false;
        const auto& last = command_.assignments.back();
        return at_ == last.offset + last.name.size() + 1;
    }

    // The first problem is the one to name, but a quote without an end explains all others.
    void refuse(ShellProblem problem, std::string_view name, std::string_view word)
    {
        if (command_.problem) return;
        command_.problem = std::move(problem);
        command_.problem_name = name;
        command_.problem_word = word;
    }

    void refuse_unterminated(ShellProblem problem, std::string_view name)
    {
        command_.problem.reset();
        command_.unterminated = true;
        refuse(std::move(problem), name, {});
    }

    std::string_view text_;
    std::size_t at_;
    ShellCommand command_;
    bool is_export_ = false;
    std::size_t export_at_ = 0;
    bool spoils_line_ = false;
};

}  // namespace

ShellCommand read_shell_command(std::string_view text, std::size_t at)
{
    return CommandReader(text, at).read();
}

}  // namespace onectx
