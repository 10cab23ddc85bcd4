// See state_record.h.
#include "guest/plan/state_record.h"

#include <algorithm>

#include "common/digest.h"
#include "common/text.h"

namespace onectx {
namespace {

constexpr std::size_t kKeyBytes = 32;

bool is_hex(std::string_view text, std::size_t bytes)
{
    return text.size() == 2 * bytes && std::all_of(text.begin(), text.end(), [](char c) {
               return is_digit(c) || (c >= 'a' && c <= 'f');
           });
}

WriteFile state_file(std::string path, std::string content)
{
    return {.path = std::move(path),
            .content = std::move(content),
            .mode = 0600,
            .secret = true,
            .watched = false};
}

}  // namespace

Result<StateRecord> StateRecord::read(std::string_view name, const FileReader& tree,
                                      const Facts& facts, std::string_view directory)
{
    StateRecord record;
    record.directory_ = directory;
    record.path_ = record.directory_ + "/" + std::string(name);
    auto key = TRY(tree.read(kStateKey));
    if (key && is_hex(trim(key->content), kKeyBytes)) {
        record.key_ = Secret(trim(key->content));
    } else {
        if (facts.fresh_state_key.reveal().size() < kKeyBytes)
            return fail("make a key for " + record.path_ + ": no random bytes");
        record.key_ =
            Secret(to_hex(std::string_view(facts.fresh_state_key.reveal()).substr(0, kKeyBytes)));
        record.key_is_fresh_ = true;
        return record;
    }
    auto file = TRY(tree.read(record.path_));
    if (!file) return record;
    for (auto line : split_lines(file->content)) {
        auto blank = line.rfind(' ');
        if (blank == std::string_view::npos || !is_hex(line.substr(blank + 1), 32)) continue;
        record.digests_.emplace(line.substr(0, blank), line.substr(blank + 1));
    }
    return record;
}

std::string StateRecord::digest(std::string_view subject, std::string_view value) const
{
    std::string text(subject);
    text += '\0';
    text += value;
    auto hex = to_hex(hmac_sha256(key_.reveal(), text));
    explicit_bzero(text.data(), text.size());
    return hex;
}

bool StateRecord::is_last(std::string_view subject, std::string_view value) const
{
    auto found = digests_.find(subject);
    return found != digests_.end() && found->second == digest(subject, value);
}

bool StateRecord::knows(std::string_view subject) const
{
    return digests_.contains(subject);
}

void StateRecord::set(std::string_view subject, std::string_view value)
{
    auto hex = digest(subject, value);
    auto& known = digests_[std::string(subject)];
    if (known == hex) return;
    known = std::move(hex);
    changed_ = true;
}

void StateRecord::forget(std::string_view subject)
{
    auto found = digests_.find(subject);
    if (found == digests_.end()) return;
    digests_.erase(found);
    changed_ = true;
}

std::vector<std::string> StateRecord::subjects() const
{
    std::vector<std::string> subjects;
    for (const auto& [subject, hex] : digests_)
        subjects.push_back(subject);
    return subjects;
}

std::vector<Change> StateRecord::changes() const
{
    if (!changed_) return {};
    std::vector<Change> changes{MakeDirectory{std::string(kStateDirectory), 0700, {}}};
    // The key first: a record whose key is lost would say nothing.
    if (key_is_fresh_)
        changes.emplace_back(state_file(std::string(kStateKey), key_.reveal() + "\n"));
    if (directory_ != kStateDirectory) changes.emplace_back(MakeDirectory{directory_, 0700, {}});
    std::string text;
    for (const auto& [subject, hex] : digests_)
        text += subject + " " + hex + "\n";
    changes.emplace_back(state_file(path_, std::move(text)));
    return changes;
}

}  // namespace onectx
