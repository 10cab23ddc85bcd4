// See shell_word.h.
#include "common/shell_word.h"

#include <algorithm>
#include <utility>

#include "common/limits.h"
#include "common/shell_escape.h"
#include "common/shell_scan.h"

namespace onectx {
namespace {

class WordReader {
  public:
    WordReader(std::string_view text, std::size_t at) : text_(text), at_(at) {}

    ShellWord read()
    {
        while (!word_.unterminated && !ends_word(text_, at_))
            read_part();
        word_.end = std::min(at_, text_.size());
        return std::move(word_);
    }

  private:
    void read_part()
    {
        // Behind `NAME=` and behind each unquoted `:` a `~` names a home directory (POSIX, 2.6.1).
        bool is_tilde_place = std::exchange(tilde_place_, false);
        switch (text_[at_]) {
            case '\'': return read_single_quotes();
            case '"': return read_double_quotes();
            case '\\': return read_escaped(is_tilde_place);
            case '$':
            case '`': return read_dollar();
            case '~':
                if (is_tilde_place) refuse(at_, "unquoted '~'", "a shell would expand it");
                break;
            case ':': tilde_place_ = true; break;
            default: break;
        }
        word_.text += text_[at_++];
    }

    void read_single_quotes()
    {
        auto end = end_of_single_quotes(text_, at_ + 1);
        if (end == kNoEnd) return give_up(at_, "unterminated single quote");
        word_.text += text_.substr(at_ + 1, end - at_ - 2);
        at_ = end;
    }

    void read_escaped(bool is_tilde_place)
    {
        if (auto length = line_end_at(text_, at_ + 1); length != 0) {
            at_ += 1 + length;
            tilde_place_ = is_tilde_place;
            return;
        }
        if (at_ + 1 < text_.size()) ++at_;  // at the very end it stands for itself
        word_.text += text_[at_++];
    }

    void read_dollar()
    {
        if (text_.substr(at_).starts_with("$'")) return read_ansi_quotes();
        if (text_.substr(at_).starts_with("$\"")) {
            refuse(at_, "unquoted '$\"'", "a shell would translate it");
            ++at_;
            return;
        }
        if (text_.substr(at_).starts_with("$\\") && line_end_at(text_, at_ + 2) != 0) {
            // A shell joins the lines first, and then `$` may begin anything.
            refuse(at_, "unquoted '$'", "a shell would join it with the next line");
            ++at_;
            return;
        }
        auto head = expansion_at(text_, at_);
        if (head.empty()) {
            word_.text += text_[at_++];
            return;
        }
        bool runs = head == "`" || head == "$(";
        refuse(at_, "unquoted '" + std::string(runs ? head : "$") + "'",
               runs ? "a shell would run a command" : "a shell would expand it");
        at_ = end_of_expansion(text_, at_, false);
        word_.unterminated = at_ == kNoEnd;
    }

    void read_ansi_quotes()
    {
        auto body = at_ + 2;
        auto end = end_of_ansi_quotes(text_, body);
        if (end == kNoEnd) return give_up(at_, "unterminated $' quote");
        if (auto bytes = replace_escapes(text_.substr(body, end - body - 1)))
            word_.text += *bytes;
        else
            refuse(body + bytes.error(), "escape for NUL or for no character", "");
        at_ = end;
    }

    void read_double_quotes()
    {
        auto opening = at_++;
        while (at_ < text_.size() && text_[at_] != '"') {
            if (text_[at_] == '\\')
                read_escaped_in_double_quotes();
            else if (!expansion_at(text_, at_).empty())
                keep_expansion();
            else
                word_.text += text_[at_++];
        }
        if (at_ >= text_.size()) return give_up(opening, "unterminated double quote");
        ++at_;
    }

    void read_escaped_in_double_quotes()
    {
        constexpr std::string_view kEscaped = "$`\"\\";  // before anything else it is text
        auto next = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
        if (kEscaped.find(next) != std::string_view::npos)
            word_.text += next;
        else if (next != '\n')
            word_.text.append({'\\', next});
        at_ += 2;
    }

    void keep_expansion()
    {
        if (word_.kept.size() < kMaxDiagnostics)
            word_.kept.push_back(at_);
        else
            ++word_.kept_unlisted;
        auto end = end_of_expansion(text_, at_, true);
        word_.text += text_.substr(at_, end - at_);
        at_ = end;
    }

    void refuse(std::size_t offset, std::string what, std::string why)
    {
        if (!word_.problem) word_.problem = {offset, std::move(what), std::move(why)};
    }

    void give_up(std::size_t opening, std::string what)
    {
        word_.problem = {opening, std::move(what), ""};
        word_.unterminated = true;
        at_ = text_.size();
    }

    std::string_view text_;
    std::size_t at_;
    bool tilde_place_ = true;
    ShellWord word_;
};

}  // namespace

bool ends_word(std::string_view text, std::size_t at)
{
    constexpr std::string_view kEnds = " \t;&|()<>";
    return at >= text.size() || kEnds.find(text[at]) != std::string_view::npos ||
           line_end_at(text, at) != 0;
}

std::size_t line_end_at(std::string_view text, std::size_t at)
{
    if (at >= text.size()) return 0;
    if (text[at] == '\n') return 1;
    if (text[at] != '\r') return 0;
    if (at + 1 == text.size()) return 1;
    return text[at + 1] == '\n' ? 2 : 0;
}

ShellWord read_shell_word(std::string_view text, std::size_t at)
{
    return WordReader(text, at).read();
}

}  // namespace onectx
