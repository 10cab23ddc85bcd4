// See context.h.
#include "common/context.h"

#include <algorithm>
#include <array>

#include "common/text.h"

namespace onectx {

std::optional<std::string_view> value_of(const Context& context, std::string_view name)
{
    auto found = context.find(name);
    if (found == context.end() || found->second.text.empty()) return std::nullopt;
    return found->second.text;
}

unsigned line_of(const Context& context, std::string_view name)
{
    auto found = context.find(name);
    return found == context.end() ? 0 : found->second.line;
}

bool is_secret_name(std::string_view name)
{
    constexpr std::array<std::string_view, 9> kParts{"PASSWORD", "PASSWD",  "PASSPHRASE",
                                                     "PSK",      "PWD",     "TOKEN",
                                                     "SECRET",   "PRIVATE", "CREDENTIAL"};
    constexpr std::array<std::string_view, 4> kScripts{"START_SCRIPT", "READY_SCRIPT", "USER_DATA",
                                                       "USERDATA"};
    constexpr std::array<std::string_view, 2> kPublic{"PUBLIC_KEY", "PUBKEY"};
    constexpr std::array<std::string_view, 4> kFlags{
        "TOKEN", "USERNAME_PASSWORD_RESET", "READY_SCRIPT_PATH", "SSH_PUBLIC_KEY_EXCLUSIVE"};
    auto upper = to_upper(name);
    auto holds = [&](std::string_view part) { return upper.find(part) != std::string::npos; };
    auto is_script = [&](std::string_view script) {
        auto plain = std::string_view(upper);
        if (plain.ends_with("_BASE64")) plain.remove_suffix(std::string_view("_BASE64").size());
        return plain == script;
    };

    if (std::find(kFlags.begin(), kFlags.end(), upper) != kFlags.end()) return false;
    if (std::any_of(kParts.begin(), kParts.end(), holds) || upper.ends_with("_PASS")) return true;
    if (std::any_of(kScripts.begin(), kScripts.end(), is_script)) return true;
    return holds("KEY") && std::none_of(kPublic.begin(), kPublic.end(), holds);
}

}  // namespace onectx
