// See ssh_key.h.
#include "common/ssh_key.h"

#include <algorithm>
#include <array>

#include "common/base64.h"
#include "common/limits.h"
#include "common/text.h"

namespace onectx {
namespace {

constexpr std::array<std::string_view, 8> kTypes{
    "ssh-ed25519",
    "ssh-rsa",
    "ssh-dss",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
};

bool is_type(std::string_view word)
{
    return std::find(kTypes.begin(), kTypes.end(), word) != kTypes.end();
}

bool has_control_character(std::string_view line)
{
    return std::any_of(line.begin(), line.end(), [](char c) {
        return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F;
    });
}

// Takes the first word of `rest`. Blanks between double quotes belong to the word: options such as
// command="a b" have them.
std::string_view take_word(std::string_view& rest)
{
    rest = trim(rest);
    std::size_t end = 0;
    for (bool quoted = false; end < rest.size(); ++end) {
        char c = rest[end];
        if (c == '\\' && quoted && end + 1 < rest.size())
            ++end;
        else if (c == '"')
            quoted = !quoted;
        else if (is_space(c) && !quoted)
            break;
    }
    auto word = rest.substr(0, end);
    rest.remove_prefix(end);
    return word;
}

// Options as sshd(8) has them: names, some with a value in double quotes, commas between. Which
// names there are depends on the sshd.
bool are_options(std::string_view word)
{
    bool quoted = false;
    for (std::size_t at = 0; at < word.size(); ++at) {
        char c = word[at];
        if (c == '\\' && quoted)
            ++at;
        else if (c == '"')
            quoted = !quoted;
        else if (!quoted && !is_alpha(c) && !is_digit(c) && c != '-' && c != '=' && c != ',')
            return false;
    }
    return !quoted && !word.empty() && is_alpha(word.front());
}

// The string that a key begins with: its length as four bytes, highest first, and its bytes.
std::optional<std::string_view> first_string(std::string_view blob)
{
    if (blob.size() < 4) return std::nullopt;
    std::size_t length = 0;
    for (char c : blob.substr(0, 4))
        length = length << 8U | static_cast<unsigned char>(c);
    blob.remove_prefix(4);
    if (length >= blob.size()) return std::nullopt;  // the key itself must follow
    return blob.substr(0, length);
}

}  // namespace

std::optional<SshKey> parse_ssh_key(std::string_view line)
{
    if (line.size() > kMaxSshKeyBytes || has_control_character(line)) return std::nullopt;
    auto rest = line;
    auto type = take_word(rest);
    if (!is_type(type) && are_options(type)) type = take_word(rest);
    if (!is_type(type)) return std::nullopt;
    auto blob = decode_base64(take_word(rest));
    if (!blob || first_string(*blob) != type) return std::nullopt;
    return SshKey{std::string(type), std::move(*blob)};
}

}  // namespace onectx
