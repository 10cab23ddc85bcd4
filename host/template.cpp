// A lexer and parser in one pass over the bytes; see template.h.
#include "host/template.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "common/limits.h"
#include "common/result.h"
#include "common/text.h"
#include "common/variable_name.h"
#include "host/unique_keys.h"

namespace onectx {
namespace {

template <class T>
using Parsed = std::expected<T, Diagnostic>;

constexpr bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

// A no-break space, as it comes along with what is copied from a web page. It is white space where
// nothing else may stand; in a value it is a character like any other.
constexpr std::string_view kNoBreakSpace = "\xC2\xA0";

// What an unquoted value may consist of.
constexpr bool is_word_byte(char c)
{
    return !is_blank(c) && std::string_view("\n=#,[]").find(c) == std::string_view::npos;
}

class Parser {
  public:
    // Where there are `errors`, they are collected and parsing goes on as far as it makes sense.
    explicit Parser(std::string_view text, std::vector<Diagnostic>* errors = nullptr)
        : text_(text), cursor_(text), errors_(errors)
    {
    }

    Parsed<Template> parse();
    // What was understood so far.
    [[nodiscard]] Template take() { return std::move(result_); }

  private:
    struct Name {
        std::string_view typed;
        Place place;
    };

    Parsed<void> parse_attribute();
    Parsed<void> parse_vector(TemplateVector& items);
    Parsed<void> parse_next_item(TemplateVector& items, UniqueKeys& keys);
    Parsed<TemplateItem> parse_item();
    Parsed<Name> parse_name_and_equals();
    // Absent when the line ends, or a comment begins, where the value would stand.
    Parsed<std::optional<std::string>> parse_value();
    Parsed<std::string> parse_quoted();
    Parsed<std::string> parse_word();

    [[nodiscard]] bool at_end() const { return at_ == text_.size(); }
    [[nodiscard]] bool at(char c) const { return !at_end() && text_[at_] == c; }
    [[nodiscard]] bool at_newline() const { return at('\n') || text_.substr(at_, 2) == "\r\n"; }
    [[nodiscard]] bool at_assignment() const;
    bool skip_blanks();
    void skip_blanks_and_newlines();
    void skip_blanks_newlines_and_comments();

    [[nodiscard]] std::string opening_line(std::size_t open) const;
    [[nodiscard]] std::unexpected<Diagnostic> error(std::size_t offset, std::string message) const;
    [[nodiscard]] std::unexpected<Diagnostic> unexpected_byte(std::string_view hint = "") const;
    bool recover(std::size_t start, Diagnostic error, bool in_vector);

    std::string_view text_;
    std::size_t at_ = 0;
    PositionCursor cursor_;      // the lines of names, which come in ascending order
    std::size_t last_name_ = 0;  // offset of the last name that an '=' followed
    std::size_t names_ = 0;
    std::vector<Diagnostic>* errors_;
    std::optional<std::size_t> resume_;  // where to go on after an error, when it is known
    Template result_;
};

Parsed<Template> Parser::parse()
{
    TRY(check_template_bytes(text_));
    for (;;) {
        skip_blanks_newlines_and_comments();
        if (at_end()) return std::move(result_);
        auto start = at_;
        auto attribute = parse_attribute();
        if (!attribute && !recover(start, attribute.error(), false))
            return std::unexpected(std::move(attribute).error());
    }
}

Parsed<void> Parser::parse_attribute()
{
    auto name = TRY(parse_name_and_equals());
    Attribute attribute{attribute_name(name.typed), {}, name.place};
    auto before_value = at_;
    skip_blanks();
    if (at('[')) {
        TemplateVector items;
        auto parsed = parse_vector(items);
        attribute.value = std::move(items);
        if (!parsed && errors_) result_.attributes.push_back(std::move(attribute));
        TRY(std::move(parsed));
    } else {
        at_ = before_value;
        attribute.value = TRY(parse_value())
        .value_or("");
        if (at(',') || at(']')) return unexpected_byte("; a value that holds it needs quotes");
    }
    result_.attributes.push_back(std::move(attribute));
    return {};
}

Parsed<void> Parser::parse_vector(TemplateVector& items)
{
    auto open = at_++;
    UniqueKeys keys(text_, result_);
    skip_blanks_newlines_and_comments();
    while (!at(']')) {
        if (at_end()) {
            resume_ = at_;
            return error(open, "'[' without ']'");
        }
        auto start = at_;
        auto item = parse_next_item(items, keys);
        if (!item && !recover(start, item.error(), true))
            return std::unexpected(std::move(item).error());
        skip_blanks_newlines_and_comments();
    }
    ++at_;
    return {};
}

// The item and the comma behind it; before ']' there is none.
Parsed<void> Parser::parse_next_item(TemplateVector& items, UniqueKeys& keys)
{
    auto item = TRY(parse_item());
    keys.add(std::move(item), items);
    skip_blanks_newlines_and_comments();
    if (at_end() || at(']')) return {};
    if (at(',')) {
        ++at_;
        skip_blanks_newlines_and_comments();
        if (!at(']')) return {};
        resume_ = at_;
        return unexpected_byte(" after ','");
    }
    if (at_assignment()) resume_ = at_;  // only a comma is missing
    return unexpected_byte(", expected ',' or ']'");
}

Parsed<TemplateItem> Parser::parse_item()
{
    auto key = TRY(parse_name_and_equals());
    auto value = TRY(parse_value());
    if (!value) return error(at_, "missing value; write \"\" for an empty one");
    return TemplateItem{to_upper(key.typed), *std::move(value), key.place};
}

Parsed<Parser::Name> Parser::parse_name_and_equals()
{
    auto start = at_;
    while (!at_end() && is_name_byte(text_[at_]))
        ++at_;
    if (at_ == start) return unexpected_byte(", expected a name");
    if (++names_ > kMaxVariables)
        return error(start, "more than " + std::to_string(kMaxVariables) + " names");

    auto typed = text_.substr(start, at_ - start);
    if (!at_end() && !at_newline() && is_word_byte(text_[at_]))
        return unexpected_byte("; a name is made of letters, digits and '_'");
    skip_blanks_and_newlines();
    Place place{start, last_name_, cursor_.move_to(start).line};
    if (!at('=')) {
        // Words of a value without quotes are no names, and may be a password.
        auto shown = may_show(text_, place) ? " after " + short_name(typed) : "";
        return error(start, "expected '='" + shown + "; a value of several words needs quotes");
    }
    ++at_;
    last_name_ = start;
    return Name{typed, place};
}

Parsed<std::optional<std::string>> Parser::parse_value()
{
    bool blank_before = skip_blanks();
    if (at_end() || at_newline() || (blank_before && at('#'))) return std::nullopt;
    auto value = at('"') ? TRY(parse_quoted()) : TRY(parse_word());
    return std::string(trim(value));
}

Parsed<std::string> Parser::parse_quoted()
{
    auto open = at_++;
    std::string value;
    for (;;) {
        auto stop = text_.find_first_of("\"\\", at_);
        if (stop == std::string_view::npos) return error(open, "unterminated quote");
        value += text_.substr(at_, stop - at_);
        at_ = stop + 1;
        if (text_[stop] == '"') break;
        // A backslash is itself, but before a quote.
        if (!at('"')) {
            value += '\\';
        } else {
            value += '"';
            ++at_;
        }
    }
    bool glued =
        !at_end() && !at_newline() && !is_blank(text_[at_]) && !at('#') && !at(',') && !at(']');
    if (!glued) return value;
    // Most often a quote is missing some lines above, and this one was to open the next value.
    auto line = value.find('\n') == std::string::npos ? "" : opening_line(open);
    return error(at_, "text directly after a closing quote" + line);
}

std::string Parser::opening_line(std::size_t open) const
{
    return "; it was opened in line " + std::to_string(position_of(text_, open).line);
}

Parsed<std::string> Parser::parse_word()
{
    auto start = at_;
    while (!at_end() && !at_newline() && is_word_byte(text_[at_]))
        ++at_;
    if (at_ == start && (at(',') || at(']')))
        return error(at_, "missing value; write \"\" for an empty one");
    if (at_ == start || at('=') || at('['))
        return unexpected_byte("; a value that holds it needs quotes");
    return std::string(text_.substr(start, at_ - start));
}

// NAME = on one line.
bool Parser::at_assignment() const
{
    auto rest = text_.substr(at_);
    auto name = std::find_if_not(rest.begin(), rest.end(), is_name_byte);
    auto equals = std::find_if_not(name, rest.end(), is_blank);
    return name != rest.begin() && equals != rest.end() && *equals == '=';
}

bool Parser::skip_blanks()
{
    auto start = at_;
    while (!at_end() && is_blank(text_[at_]))
        ++at_;
    return at_ > start;
}

void Parser::skip_blanks_and_newlines()
{
    for (;;) {
        skip_blanks();
        if (at_newline())
            at_ += at('\r') ? 2U : 1U;
        else if (text_.substr(at_).starts_with(kNoBreakSpace))
            at_ += kNoBreakSpace.size();
        else
            return;
    }
}

void Parser::skip_blanks_newlines_and_comments()
{
    for (;;) {
        skip_blanks_and_newlines();
        if (!at('#')) return;
        at_ = std::min(text_.find('\n', at_), text_.size());
    }
}

std::unexpected<Diagnostic> Parser::error(std::size_t offset, std::string message) const
{
    return std::unexpected(complain_at(text_, Place{offset, last_name_}, std::move(message)));
}

std::unexpected<Diagnostic> Parser::unexpected_byte(std::string_view hint) const
{
    if (at_end()) return error(at_, "unexpected end of the text" + std::string(hint));
    if (!may_show(text_, Place{at_, last_name_}))
        return error(at_, "unexpected character" + std::string(hint));
    // A character of several bytes is shown whole, so that the message stays valid UTF-8.
    auto end = at_ + 1;
    while (end < text_.size() && (static_cast<unsigned char>(text_[end]) & 0xC0U) == 0x80U)
        ++end;
    auto shown = printable(text_.substr(at_, end - at_));
    return error(at_, "unexpected '" + shown + "'" + std::string(hint));
}

// Goes on behind an error in what began at `start`; false when parsing has to end. Where a secret
// may be about, everything after the error may be a piece of it, so nothing more is read.
bool Parser::recover(std::size_t start, Diagnostic error, bool in_vector)
{
    if (!errors_ || errors_->size() == kMaxDiagnostics || error.source_line.empty()) return false;
    errors_->push_back(std::move(error));
    auto line_end = std::min(text_.find('\n', start), text_.size());
    if (resume_) {
        at_ = *std::exchange(resume_, std::nullopt);
    } else if (at_ > line_end || !in_vector) {
        // Most often a quote that nothing closed: the next line is meant as it looks.
        at_ = line_end;
    } else {
        at_ = std::min(text_.find_first_of(",]\n", std::max(at_, start + 1)), text_.size());
        if (at(',')) ++at_;
    }
    return true;
}

}  // namespace

void add_warning(Template& result, Diagnostic warning)
{
    if (result.warnings.size() < kMaxDiagnostics)
        result.warnings.push_back(std::move(warning));
    else
        ++result.unlisted;
}

std::string attribute_name(std::string_view typed)
{
    bool fits = !is_digit(typed.front()) && !typed.starts_with("XML");
    return (fits ? "" : "ONE_") + to_upper(typed);
}

Parsed<void> check_template_bytes(std::string_view text)
{
    if (text.size() > kMaxTemplateBytes) {
        auto limit = std::to_string(kMaxTemplateBytes);
        return std::unexpected(Diagnostic{{}, "the text is longer than " + limit + " bytes", ""});
    }
    // No variable of a shell can hold it, and no XML text either.
    if (auto nul = text.find('\0'); nul != std::string_view::npos)
        return std::unexpected(complain_at(text, Place{nul}, "NUL byte"));
    return {};
}

Parsed<Template> parse_template(std::string_view text)
{
    return Parser(text).parse();
}

TemplateScan scan_template(std::string_view text)
{
    TemplateScan scan;
    Parser parser(text, &scan.errors);
    auto parsed = parser.parse();
    if (parsed) {
        scan.parsed = *std::move(parsed);
        return scan;
    }
    scan.parsed = parser.take();
    scan.errors.push_back(std::move(parsed).error());
    scan.is_complete = false;
    return scan;
}

}  // namespace onectx
