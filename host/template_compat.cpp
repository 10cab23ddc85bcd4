// A scanner with two states, in which the longest match wins, and a parser of its tokens; see
// template_compat.h. Which token comes next depends on the text alone, never on the parser.
#include "host/template_compat.h"

#include <algorithm>
#include <string>
#include <utility>

#include "common/limits.h"
#include "common/result.h"
#include "common/text.h"
#include "host/unique_keys.h"

namespace onectx {
namespace {

template <class T>
using Parsed = std::expected<T, Diagnostic>;

enum class TokenKind { name, equals, equals_empty, comma, open, close, value, cdata_end, end };

struct Token {
    TokenKind kind = TokenKind::end;
    std::size_t offset = 0;
    std::string_view text{};  // of a name or a value
};

std::string_view describe(TokenKind kind)
{
    switch (kind) {
        case TokenKind::name: return "name";
        case TokenKind::equals: return "'='";
        case TokenKind::equals_empty: return "'=' without a value";
        case TokenKind::comma: return "','";
        case TokenKind::open: return "'['";
        case TokenKind::close: return "']'";
        case TokenKind::value: return "value";
        case TokenKind::cdata_end: return "']]>' in the line";
        case TokenKind::end: return "end of the text";
    }
    return "";
}

// The next place of a word, for positions in ascending order: the text is searched once.
class NextPlace {
  public:
    NextPlace(std::string_view text, std::string_view word)
        : text_(text), word_(word), found_(text.find(word))
    {
    }

    std::size_t from(std::size_t at)
    {
        if (found_ < at) found_ = text_.find(word_, at);
        return std::min(found_, text_.size());
    }

  private:
    std::string_view text_;
    std::string_view word_;
    std::size_t found_;  // npos when there is none any more
};

class Scanner {
  public:
    explicit Scanner(std::string_view text)
        : text_(text), newline_(text, "\n"), cdata_end_(text, "]]>")
    {
    }

    Token next();

  private:
    struct Match {
        TokenKind kind = TokenKind::end;
        std::size_t length = 0;  // 0: none
        std::string_view text{};
        bool is_skipped = false;
    };

    [[nodiscard]] Match match_statement();
    [[nodiscard]] Match match_value();
    [[nodiscard]] std::size_t quoted_length() const;
    [[nodiscard]] std::string_view rest() const { return text_.substr(at_); }

    std::string_view text_;
    std::size_t at_ = 0;
    bool in_value_ = false;  // behind '='
    NextPlace newline_;
    NextPlace cdata_end_;
};

// How many of the first bytes are among `set`.
std::size_t run_of(std::string_view text, std::string_view set)
{
    return std::min(text.find_first_not_of(set), text.size());
}

std::size_t name_length(std::string_view text)
{
    auto end = std::find_if_not(text.begin(), text.end(),
                                [](char c) { return is_alpha(c) || is_digit(c) || c == '_'; });
    return static_cast<std::size_t>(end - text.begin());
}

constexpr std::string_view kBlanks = " \t";
constexpr std::string_view kBlanksAndNewlines = " \t\n";

Token Scanner::next()
{
    while (at_ < text_.size()) {
        auto match = in_value_ ? match_value() : match_statement();
        auto offset = at_;
        at_ += std::max<std::size_t>(match.length, 1);  // what begins nothing is dropped
        if (match.length == 0 || match.is_skipped) continue;
        in_value_ = match.kind == TokenKind::equals;
        auto blanks = run_of(text_.substr(offset), kBlanksAndNewlines);
        return {match.kind, offset + blanks, match.text};
    }
    // Behind the last character that can be seen: the place to look at.
    auto last = text_.find_last_not_of(" \t\r\n");
    return {.offset = last == std::string_view::npos ? 0 : last + 1};
}

Scanner::Match Scanner::match_statement()
{
    auto text = rest();
    if (auto length = name_length(text); length > 0)
        return {TokenKind::name, length, text.substr(0, length)};

    auto blanks = run_of(text, kBlanks);
    auto after = text.substr(blanks);
    // A comment needs the end of its line.
    if (auto newline = newline_.from(at_); after.starts_with('#') && newline < text_.size())
        return {.length = newline + 1 - at_, .is_skipped = true};
    if (after.starts_with('=')) {
        auto length = blanks + 1 + run_of(after.substr(1), kBlanks);
        if (text.substr(length).starts_with('\n')) return {TokenKind::equals_empty, length + 1};
        return {TokenKind::equals, length};
    }
    auto space = run_of(text, kBlanksAndNewlines);
    after = text.substr(space);
    if (after.starts_with(',') || after.starts_with(']')) {
        auto kind = after.front() == ',' ? TokenKind::comma : TokenKind::close;
        return {kind, space + 1 + run_of(after.substr(1), kBlanksAndNewlines)};
    }
    return {.length = space, .is_skipped = true};
}

// Of readings equally long the first one wins.
Scanner::Match Scanner::match_value()
{
    auto text = rest();
    auto blanks = run_of(text, kBlanks);
    Match best{.length = blanks, .is_skipped = true};
    auto consider = [&](Match match) {
        if (match.length > best.length) best = match;
    };
    if (text.substr(blanks).starts_with('[')) {
        auto inside = text.substr(blanks + 1);
        consider({TokenKind::open, blanks + 1 + run_of(inside, kBlanksAndNewlines)});
    }
    auto line_end = newline_.from(at_);
    if (cdata_end_.from(at_) < line_end) consider({TokenKind::cdata_end, line_end - at_});
    if (auto length = quoted_length(); length > 0)
        consider({TokenKind::value, length, text.substr(1, length - 2)});
    auto word = std::min(text.find_first_of("=# \t\n,[]"), text.size());
    consider({TokenKind::value, word, text.substr(0, word)});
    return best;
}

// A quote ends the value, unless a backslash precedes it: that one ends it only when there is no
// further quote. 0 when nothing ends it.
std::size_t Scanner::quoted_length() const
{
    auto text = rest();
    if (!text.starts_with('"')) return 0;
    std::size_t length = 0;
    for (auto at = text.find('"', 1); at != std::string_view::npos; at = text.find('"', at + 1)) {
        length = at + 1;
        if (text[at - 1] != '\\') break;
    }
    return length;
}

std::string value_of(const Token& token)
{
    std::string value;
    auto text = token.text;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!text.substr(i).starts_with("\\\"")) value += text[i];
    }
    return std::string(trim(value));
}

class Parser {
  public:
    explicit Parser(std::string_view text) : text_(text), scanner_(text), cursor_(text) {}

    Parsed<Template> parse();

  private:
    Parsed<void> parse_attribute();
    Parsed<TemplateVector> parse_vector();
    Parsed<TemplateItem> parse_item();
    Parsed<Place> place_of_name();
    [[nodiscard]] bool at(TokenKind kind) const { return token_.kind == kind; }
    void advance() { token_ = scanner_.next(); }
    [[nodiscard]] std::unexpected<Diagnostic> unexpected(std::string_view expected) const;

    std::string_view text_;
    Scanner scanner_;
    PositionCursor cursor_;
    Token token_;
    std::size_t last_name_ = 0;  // offset of the last name that an '=' followed
    std::size_t names_ = 0;
    Template result_;
};

Parsed<Template> Parser::parse()
{
    advance();
    while (!at(TokenKind::end))
        TRY(parse_attribute());
    return std::move(result_);
}

Parsed<void> Parser::parse_attribute()
{
    if (!at(TokenKind::name)) return unexpected("a name");
    Attribute attribute{.name = attribute_name(token_.text)};
    attribute.place = TRY(place_of_name());
    advance();
    if (!at(TokenKind::equals) && !at(TokenKind::equals_empty)) return unexpected("'='");
    last_name_ = attribute.place.offset;
    if (at(TokenKind::equals)) {
        advance();
        if (at(TokenKind::open))
            attribute.value = TRY(parse_vector());
        else if (at(TokenKind::value))
            attribute.value = value_of(token_);
        else
            return unexpected("a value");
    }
    result_.attributes.push_back(std::move(attribute));
    advance();
    return {};
}

// From '[' to ']'.
Parsed<TemplateVector> Parser::parse_vector()
{
    TemplateVector items;
    UniqueKeys keys(text_, result_);
    advance();
    if (at(TokenKind::close)) return items;
    for (;;) {
        auto item = TRY(parse_item());
        keys.add(std::move(item), items);
        if (at(TokenKind::close)) return items;
        if (!at(TokenKind::comma)) return unexpected("',' or ']'");
        advance();
    }
}

Parsed<TemplateItem> Parser::parse_item()
{
    if (!at(TokenKind::name)) return unexpected("a name");
    TemplateItem item{.key = to_upper(token_.text)};
    item.place = TRY(place_of_name());
    advance();
    if (!at(TokenKind::equals)) return unexpected("'=' and a value");
    last_name_ = item.place.offset;
    advance();
    if (!at(TokenKind::value)) return unexpected("a value");
    item.value = value_of(token_);
    advance();
    return item;
}

Parsed<Place> Parser::place_of_name()
{
    Place place{token_.offset, last_name_, cursor_.move_to(token_.offset).line};
    if (++names_ > kMaxVariables) {
        auto limit = std::to_string(kMaxVariables);
        return std::unexpected(complain_at(text_, place, "more than " + limit + " names"));
    }
    return place;
}

std::unexpected<Diagnostic> Parser::unexpected(std::string_view expected) const
{
    auto message = "unexpected " + std::string(describe(token_.kind)) + ", expected ";
    return std::unexpected(
        complain_at(text_, Place{token_.offset, last_name_}, message.append(expected)));
}

}  // namespace

Parsed<Template> parse_template_compat(std::string_view text)
{
    TRY(check_template_bytes(text));
    return Parser(text).parse();
}

}  // namespace onectx
