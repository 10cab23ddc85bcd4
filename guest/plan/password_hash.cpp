// See password_hash.h.
#include "guest/plan/password_hash.h"

#include <crypt.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

#include "common/text.h"

namespace onectx {
namespace {

constexpr std::size_t kSaltBytes = 16;

bool names_yescrypt(std::string_view text)
{
    auto lines = split_lines(text);
    return std::any_of(lines.begin(), lines.end(), [](std::string_view line) {
        return to_lower(line.substr(0, line.find('#'))).find("yescrypt") != std::string::npos;
    });
}

// crypt_r's workspace holds the password and what is derived from it.
struct WipingDelete {
    void operator()(crypt_data* data) const
    {
        explicit_bzero(data, sizeof(*data));
        delete data;
    }
};

// Absent when libcrypt does not know the method of the setting.
std::optional<Secret> crypt_text(const Secret& password, const std::string& setting)
{
    std::unique_ptr<crypt_data, WipingDelete> data(new crypt_data());
    const char* hash = crypt_r(password.reveal().c_str(), setting.c_str(), data.get());
    if (hash == nullptr || *hash == '*') return std::nullopt;
    return Secret(std::string_view(hash));
}

std::optional<Secret> crypt_with(const char* prefix, const Secret& password, std::string_view salt)
{
    std::array<char, CRYPT_GENSALT_OUTPUT_SIZE> setting{};
    // Rounds 0: the method's own default.
    if (crypt_gensalt_rn(prefix, 0, salt.data(), static_cast<int>(salt.size()), setting.data(),
                         static_cast<int>(setting.size())) == nullptr)
        return std::nullopt;
    return crypt_text(password, setting.data());
}

}  // namespace

Result<HashMethod> find_hash_method(const FileReader& tree)
{
    // PAM decides before login.defs does, and the distributions name its file differently. /usr/etc
    // and /usr/lib hold the vendor's files on openSUSE.
    for (std::string_view path :
         {"/etc/login.defs", "/usr/etc/login.defs", "/etc/pam.d/common-password",
          "/etc/pam.d/system-auth", "/etc/pam.d/password-auth", "/etc/pam.d/base-password",
          "/usr/lib/pam.d/common-password"}) {
        auto file = TRY(tree.read(path));
        if (file && names_yescrypt(file->content)) return HashMethod::yescrypt;
    }
    return HashMethod::sha512crypt;
}

Result<Secret> hash_password(const Secret& password, HashMethod method, std::string_view salt_bytes)
{
    if (salt_bytes.size() < kSaltBytes)
        return fail("hash the password: no random bytes for a salt");
    auto salt = salt_bytes.substr(0, kSaltBytes);
    std::optional<Secret> hash;
    if (method == HashMethod::yescrypt) hash = crypt_with("$y$", password, salt);
    if (!hash) hash = crypt_with("$6$", password, salt);
    if (!hash) return fail("hash the password: libcrypt has neither yescrypt nor sha512crypt");
    return std::move(*hash);
}

bool has_hash(const Secret& password, std::string_view hash)
{
    if (hash.empty() || hash.starts_with('!') || hash.starts_with('*')) return false;
    auto computed = crypt_text(password, std::string(hash));
    return computed && computed->reveal() == hash;
}

}  // namespace onectx
