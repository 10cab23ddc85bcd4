// See redact.h.
#include "guest/model/redact.h"

#include <algorithm>

#include "common/base64.h"
#include "common/text.h"

namespace onectx {
namespace {

constexpr std::size_t kShortest = 4;

bool is_script(std::string_view name)
{
    return name.starts_with("START_SCRIPT") || name.starts_with("READY_SCRIPT") ||
           name.starts_with("USER_DATA") || name.starts_with("USERDATA");
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
    std::stable_sort(secrets_.begin(), secrets_.end(), [](const Secret& a, const Secret& b) {
        return a.reveal().size() > b.reveal().size();
    });
}

void Redactor::add(std::string_view value)
{
    for (auto line : split_lines(value)) {
        line = trim(line);
        if (line.size() >= kShortest) secrets_.emplace_back(line);
    }
}

std::string Redactor::redact(std::string_view line) const
{
    std::string text(line);
    for (const auto& secret : secrets_) {
        const auto& word = secret.reveal();
        for (auto at = text.find(word); at != std::string::npos;
             at = text.find(word, at + kSecretMark.size()))
            text.replace(at, word.size(), kSecretMark);
    }
    return text;
}

}  // namespace onectx
