// See traces.h.
#include "guest/identity/traces.h"

#include <algorithm>
#include <array>
#include <set>

#include "common/base64.h"
#include "common/digest.h"
#include "common/ssh_key.h"
#include "common/text.h"

namespace onectx {
namespace {

constexpr std::array<std::string_view, 13> kFiles{
    "/boot/efi/loader/random-seed",
    "/boot/loader/random-seed",
    "/efi/loader/random-seed",
    "/etc/dhcpcd.duid",
    "/etc/dhcpcd.secret",
    "/etc/udev/rules.d/70-persistent-cd.rules",
    "/etc/udev/rules.d/70-persistent-net.rules",
    "/var/lib/NetworkManager/secret_key",
    "/var/lib/misc/random-seed",
    "/var/lib/random-seed",
    "/var/lib/systemd/credential.secret",
    "/var/lib/systemd/random-seed",
    "/var/lib/urandom/random-seed",
};

struct Pattern {
    std::string_view directory;
    std::string_view prefix;
    std::string_view suffix;
};
constexpr std::array<Pattern, 9> kPatterns{{
    {"/var/lib/NetworkManager", "", ".lease"},
    {"/var/lib/dhclient", "", ".lease"},
    {"/var/lib/dhclient", "", ".leases"},
    {"/var/lib/dhcp", "", ".leases"},
    {"/var/lib/dhcpcd", "", ""},
    {"/var/lib/seedrng", "seed.", "credit"},
    {"/var/lib/wicked", "", ".xml"},
    {"/var/lib/systemd/network", "", ".lease"},
    {"/var/lib/udhcpc", "", ".lease"},
}};

constexpr std::string_view kDbusId = "/var/lib/dbus/machine-id";
constexpr std::string_view kSshDirectory = "/etc/ssh";

Result<bool> is_of_type(const FileReader& tree, const std::string& path, FileType type)
{
    auto status = TRY(tree.status(path));
    return status && status->type == type;
}

Result<std::string> fingerprint_of(const FileReader& tree, const std::string& public_key)
{
    auto file = TRY(tree.read(public_key));
    if (!file) return std::string();
    auto key = parse_ssh_key(trim(file->content));
    if (!key) return std::string();
    auto digits = encode_base64(sha256(key->blob));
    while (digits.ends_with('='))
        digits.pop_back();
    return "SHA256:" + digits;
}

}  // namespace

Result<std::vector<std::string>> traces_of_instance(const FileReader& tree)
{
    std::vector<std::string> paths;
    for (auto path : kFiles)
        if (TRY(tree.status(path))) paths.emplace_back(path);
    for (const auto& pattern : kPatterns)
        for (const auto& name : TRY(tree.list(pattern.directory))) {
            auto path = std::string(pattern.directory) + "/" + name;
            if (name.starts_with(pattern.prefix) && name.ends_with(pattern.suffix) &&
                TRY(is_of_type(tree, path, FileType::regular)))
                paths.push_back(std::move(path));
        }
    // A link to /etc/machine-id is no copy.
    if (TRY(is_of_type(tree, std::string(kDbusId), FileType::regular))) paths.emplace_back(kDbusId);
    std::sort(paths.begin(), paths.end());
    paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
    return paths;
}

Result<std::vector<HostKey>> host_keys(const FileReader& tree)
{
    constexpr std::string_view kPublic = ".pub";
    // By either half: a run that was killed between the two has left the public one.
    std::set<std::string> names;
    for (auto& name : TRY(tree.list(kSshDirectory))) {
        if (name.ends_with(kPublic)) name.erase(name.size() - kPublic.size());
        if (name.starts_with("ssh_host_") && name.ends_with("_key")) names.insert(std::move(name));
    }
    std::vector<HostKey> keys;
    for (const auto& name : names) {
        auto path = std::string(kSshDirectory) + "/" + name;
        keys.push_back({ path, TRY(fingerprint_of(tree, path + std::string(kPublic))) });
    }
    return keys;
}

}  // namespace onectx
