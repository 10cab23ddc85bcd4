// One line of authorized_keys, as far as it must be understood: whether it is a public key at all,
// and which one. A private key pasted by mistake, or a line cut in half, is refused.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace onectx {

struct SshKey {
    std::string type;  // "ssh-ed25519"
    std::string blob;  // the decoded key: two lines with the same blob are the same key

    bool operator==(const SshKey&) const = default;
};

// A line without its end: options (sshd(8), AUTHORIZED_KEYS FILE FORMAT) or none, a type that
// OpenSSH knows, base64 that decodes to a key that names that very type (RFC 4253, section 6.6),
// and a comment or none. Absent for anything else, a control character but TAB included.
[[nodiscard]] std::optional<SshKey> parse_ssh_key(std::string_view line);

}  // namespace onectx
