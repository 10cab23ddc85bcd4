// One pass over the bytes; see substitute.h.
#include "host/substitute.h"

#include <algorithm>
#include <string>
#include <utility>

#include "common/limits.h"
#include "common/text.h"
#include "common/variable_name.h"

namespace onectx {
namespace {

// Walks over what may stand between `[` and `]`.
class BracketReader {
  public:
    BracketReader(std::string_view text, std::size_t at) : text_(text), at_(at) {}

    // Fills in the reference and gives the offset behind `]`; absent when it is no reference.
    std::optional<std::size_t> read(Reference& reference);

  private:
    bool take(char c);
    std::string take_name();
    std::optional<std::string> take_selected();

    std::string_view text_;
    std::size_t at_;
};

std::optional<std::size_t> BracketReader::read(Reference& reference)
{
    if (!take('[')) return std::nullopt;
    reference.attribute = take_name();
    if (reference.attribute.empty()) return std::nullopt;
    if (take(',')) {
        reference.selector = take_name();
        if (reference.selector.empty() || !take('=')) return std::nullopt;
        auto selected = take_selected();
        if (!selected) return std::nullopt;
        reference.selected = *std::move(selected);
    }
    if (!take(']')) return std::nullopt;
    return at_;
}

bool BracketReader::take(char c)
{
    auto next = at_;
    while (next < text_.size() && is_space(text_[next]))
        ++next;
    if (next == text_.size() || text_[next] != c) return false;
    at_ = next + 1;
    return true;
}

std::string BracketReader::take_name()
{
    while (at_ < text_.size() && is_space(text_[at_]))
        ++at_;
    auto start = at_;
    while (at_ < text_.size() && is_name_byte(text_[at_]))
        ++at_;
    return to_upper(text_.substr(start, at_ - start));
}

// Anything in quotes, which know no escape, or letters and digits.
std::optional<std::string> BracketReader::take_selected()
{
    if (take('"')) {
        auto close = text_.find('"', at_);
        if (close == std::string_view::npos) return std::nullopt;
        auto start = std::exchange(at_, close + 1);
        return std::string(text_.substr(start, close - start));
    }
    while (at_ < text_.size() && is_space(text_[at_]))
        ++at_;
    auto start = at_;
    while (at_ < text_.size() && (is_alpha(text_[at_]) || is_digit(text_[at_])))
        ++at_;
    if (at_ == start) return std::nullopt;
    return std::string(text_.substr(start, at_ - start));
}

class Substituter {
  public:
    Substituter(std::string_view text, SubstitutionRules rules, const Resolver& resolve)
        : text_(text), rules_(rules), resolve_(resolve)
    {
    }

    Result<Substituted> run();

  private:
    Result<void> take_backslash();
    Result<void> take_dollar();
    Result<void> take_strictly(Reference reference);
    // The offset behind the reference that begins here; absent when none does.
    std::optional<std::size_t> read_reference(Reference& reference) const;
    Result<void> put(const Reference& reference);
    Result<void> copy(std::size_t bytes);
    Result<void> append(std::string_view text);

    [[nodiscard]] bool at(std::string_view text) const
    {
        return text_.substr(at_).starts_with(text);
    }
    [[nodiscard]] std::size_t name_end(std::size_t start) const;

    std::string_view text_;
    SubstitutionRules rules_;
    const Resolver& resolve_;
    std::size_t at_ = 0;
    Substituted result_;
};

Result<Substituted> Substituter::run()
{
    while (at_ < text_.size()) {
        auto stop = std::min(text_.find_first_of("$\\", at_), text_.size());
        TRY(copy(stop - at_));
        if (at_ == text_.size()) break;
        if (text_[at_] == '\\') {
            TRY(take_backslash());
        } else {
            TRY(take_dollar());
        }
    }
    return std::move(result_);
}

Result<void> Substituter::take_backslash()
{
    if (at("\\\\")) return copy(2);  // what follows is not escaped
    if (!at("\\$")) return copy(1);
    if (rules_ != SubstitutionRules::value) return copy(2);
    ++at_;
    return copy(1);
}

Result<void> Substituter::take_dollar()
{
    Reference reference;
    if (rules_ == SubstitutionRules::compat) return take_strictly(std::move(reference));
    if (at("$$")) {
        if (rules_ == SubstitutionRules::script) return copy(2);
        ++at_;
        return copy(1);
    }
    auto end = read_reference(reference);
    if (!end) {
        result_.literal_dollar = true;
        return copy(1);
    }
    reference.source = text_.substr(at_, *end - at_);
    at_ = *end;
    return put(reference);
}

std::optional<std::size_t> Substituter::read_reference(Reference& reference) const
{
    bool braces = at("${");
    auto start = at_ + (braces ? 2U : 1U);
    auto end = name_end(start);
    if (end == start) return std::nullopt;
    reference.name = to_upper(text_.substr(start, end - start));
    auto next = end < text_.size() ? text_[end] : '\0';
    if (braces) return next == '}' ? std::optional(end + 1) : std::nullopt;
    if (next == '[') return BracketReader(text_, end).read(reference);
    return end;
}

// OpenNebula's scanner stays in the state for references behind a name until some other character
// ends it, so that `,` `=` `[` `]`, with blanks around them, are its own tokens there.
Result<void> Substituter::take_strictly(Reference reference)
{
    auto start = at_++;
    auto end = name_end(at_);
    if (end == at_) return fail("'$' without a name");
    reference.name = to_upper(text_.substr(at_, end - at_));

    auto behind_newlines = [&](std::size_t from) {
        return std::min(text_.find_first_not_of('\n', from), text_.size());
    };
    auto token = [&](std::size_t from) {
        auto next = std::min(text_.find_first_not_of(" \t", from), text_.size());
        return next < text_.size() && std::string_view(",=[]").contains(text_[next]) ? text_[next]
                                                                                     : '\0';
    };
    at_ = behind_newlines(end);
    if (token(at_) == '[') {
        auto close = BracketReader(text_, at_).read(reference);
        if (!close && !text_.substr(at_).contains(']'))
            return fail("'[' behind a name is not closed");
        if (!close) return fail("'[' behind a name that is not followed by ATTRIBUTE]");
        at_ = behind_newlines(end = *close);
    }
    if (token(at_) != '\0') return fail("',', '=', '[' or ']' behind a variable");
    if ((at_ != end || reference.is_vector()) && name_end(at_) != at_)
        return fail("a word behind a variable");
    reference.source = text_.substr(start, end - start);
    return put(reference);
}

Result<void> Substituter::put(const Reference& reference)
{
    if (++result_.references > kMaxReferences)
        return fail("more than " + std::to_string(kMaxReferences) + " variables in one value");
    if (auto value = resolve_(reference)) return append(*value);
    if (rules_ == SubstitutionRules::script) return append(reference.source);
    auto& unknown = result_.unknown;
    if (unknown.size() < kMaxDiagnostics &&
        std::find(unknown.begin(), unknown.end(), reference.source) == unknown.end())
        unknown.emplace_back(reference.source);
    return {};
}

Result<void> Substituter::copy(std::size_t bytes)
{
    TRY(append(text_.substr(at_, bytes)));
    at_ += bytes;
    return {};
}

Result<void> Substituter::append(std::string_view text)
{
    if (text.size() > kMaxContextBytes - result_.text.size())
        return fail("the value becomes longer than " + std::to_string(kMaxContextBytes) + " bytes");
    result_.text += text;
    return {};
}

std::size_t Substituter::name_end(std::size_t start) const
{
    while (start < text_.size() && is_name_byte(text_[start]))
        ++start;
    return start;
}

}  // namespace

Result<Substituted> substitute(std::string_view value, SubstitutionRules rules,
                               const Resolver& resolve)
{
    return Substituter(value, rules, resolve).run();
}

}  // namespace onectx
