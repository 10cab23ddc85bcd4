// See redact.h.
#include "guest/model/redact.h"

#include <algorithm>

#include "common/base64.h"
#include "common/limits.h"
#include "common/text.h"

namespace onectx {
namespace {

constexpr std::size_t kShortest = 4;
constexpr auto kNone = std::size_t(-1);

bool is_script(std::string_view name)
{
    return name.starts_with("START_SCRIPT") || name.starts_with("READY_SCRIPT") ||
           name.starts_with("USER_DATA") || name.starts_with("USERDATA");
}

// As long a secret as is looked for at once, of one that may be longer; never so long that a rest
// would be too short to be looked for.
std::string_view next_part(std::string_view secret)
{
    if (secret.size() <= kMaxSecretBytes) return secret;
    return secret.substr(0, std::min(secret.size() / 2, kMaxSecretBytes));
}

}  // namespace

Redactor::Redactor(const Context& context, const std::vector<Secret>& others)
{
    for (const auto& [name, value] : context) {
        if (!is_secret_name(name) || is_script(name)) continue;
        add(value.text);
        if (!name.ends_with("_BASE64")) continue;
        if (auto text = decode_base64(value.text)) add(*text);
    }
    for (const auto& secret : others)
        add(secret.reveal());
    sort();
}

void Redactor::add(std::string_view value)
{
    for (auto line : split_lines(value)) {
        line = trim(line);
        while (line.size() >= kShortest) {
            const auto part = next_part(line);
            secrets_.emplace_back(part);
            longest_ = std::max(longest_, part.size());
            line.remove_prefix(part.size());
        }
    }
}

void Redactor::sort()
{
    std::sort(secrets_.begin(), secrets_.end(),
              [](const Secret& a, const Secret& b) { return a.reveal() < b.reveal(); });
    secrets_.erase(std::unique(secrets_.begin(), secrets_.end()), secrets_.end());
    beginning_.reserve(secrets_.size());
    for (std::size_t at = 0; at < secrets_.size(); ++at) {
        // Whatever begins this one begins all that lie between the two.
        auto other = at == 0 ? kNone : at - 1;
        while (other != kNone && !secrets_[at].reveal().starts_with(secrets_[other].reveal()))
            other = beginning_[other];
        beginning_.push_back(other);
    }
}

// Of the longest secret that the text begins with; 0 where it begins with none. In the order of
// bytes those all lie before the text, and the nearest before it either is one of them or begins
// with the same.
std::size_t Redactor::length_at(std::string_view text) const
{
    auto after = std::upper_bound(
        secrets_.begin(), secrets_.end(), text,
        [](std::string_view bytes, const Secret& secret) { return bytes < secret.reveal(); });
    if (after == secrets_.begin()) return 0;
    auto at = std::size_t(after - secrets_.begin()) - 1;
    const std::string_view nearest = secrets_[at].reveal();
    const auto same =
        std::size_t(std::mismatch(nearest.begin(), nearest.end(), text.begin(), text.end()).first -
                    nearest.begin());
    while (at != kNone && secrets_[at].reveal().size() > same)
        at = beginning_[at];
    return at == kNone ? 0 : secrets_[at].reveal().size();
}

std::string Redactor::redact(std::string_view line) const
{
    return redact(line, line.size()).text;
}

Redacted Redactor::redact(std::string_view line, std::size_t size) const
{
    Redacted result;
    while (result.taken < std::min(size, line.size())) {
        const auto length = length_at(line.substr(result.taken));
        if (length == 0)
            result.text += line[result.taken];
        else
            result.text += kSecretMark;
        result.taken += std::max<std::size_t>(length, 1);
    }
    return result;
}

std::size_t Redactor::begun(std::string_view text) const
{
    for (auto size = std::min(text.size(), longest_); size != 0; --size) {
        const auto tail = text.substr(text.size() - size);
        auto first = std::lower_bound(
            secrets_.begin(), secrets_.end(), tail,
            [](const Secret& secret, std::string_view bytes) { return secret.reveal() < bytes; });
        if (first != secrets_.end() && first->reveal().starts_with(tail)) return size;
    }
    return 0;
}

}  // namespace onectx
