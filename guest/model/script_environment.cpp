// See script_environment.h.
#include "guest/model/script_environment.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "common/limits.h"

namespace onectx {
namespace {

// Each names, or begins, what a shell, the dynamic linker, the C library or an interpreter obeys,
// what tells a program who and where it is, or what shells have made read-only.
constexpr std::array<std::string_view, 39> kNames{"PATH",         "IFS",
                                                  "HOME",         "SHELL",
                                                  "ENV",          "USER",
                                                  "LOGNAME",      "PWD",
                                                  "OLDPWD",       "TMPDIR",
                                                  "TMP",          "TEMP",
                                                  "TMP_DIR",      "CDPATH",
                                                  "GLOBIGNORE",   "SHELLOPTS",
                                                  "UID",          "EUID",
                                                  "PPID",         "GROUPS",
                                                  "FUNCNAME",     "DIRSTACK",
                                                  "HOSTALIASES",  "GCONV_PATH",
                                                  "LOCPATH",      "NLSPATH",
                                                  "RES_OPTIONS",  "LANG",
                                                  "LANGUAGE",     "LOCALDOMAIN",
                                                  "TZDIR",        "GETCONF_DIR",
                                                  "MOUNT_DIR",    "RUNTIME_DIR",
                                                  "CONTEXT_FILE", "INVOCATION_ID",
                                                  "MANAGERPID",   "PROMPT_COMMAND",
                                                  "TERMINFO"};
constexpr std::array<std::string_view, 22> kBeginnings{
    "LD_",      "LC_",   "BASH",     "PYTHON",       "PERL",     "RUBY",   "NODE_",   "LUA_",
    "JAVA_",    "GIT_",  "MALLOC_",  "GLIBC_",       "OPENSSL_", "SSL_",   "NOTIFY_", "LISTEN_",
    "JOURNAL_", "DBUS_", "SYSTEMD_", "CREDENTIALS_", "XDG_",     "ONECTX_"};

// Prompts of a shell, which expand what is in them.
bool is_prompt(std::string_view name)
{
    return name.size() == 3 && name.starts_with("PS") && name[2] >= '0' && name[2] <= '4';
}

std::size_t bytes_of(const std::pair<std::string, std::string>& variable)
{
    return variable.first.size() + 1 + variable.second.size() + 1;  // "NAME=value" and a NUL
}

}  // namespace

bool is_withheld(std::string_view name)
{
    auto is_name = [&](std::string_view other) { return other == name; };
    auto begins = [&](std::string_view beginning) { return name.starts_with(beginning); };
    return is_prompt(name) || std::any_of(kNames.begin(), kNames.end(), is_name) ||
           std::any_of(kBeginnings.begin(), kBeginnings.end(), begins);
}

Offer offer_variables(const Context& context)
{
    Variables all;
    for (const auto& [name, value] : context) {
        if (value.text.empty()) continue;
        auto offered = is_withheld(name) ? std::string(kOfferPrefix) + name : name;
        // A context that has such a name itself does not get to say what another one is.
        if (offered != name && context.contains(offered)) continue;
        all.emplace_back(std::move(offered), value.text);
    }
    // As many as fit together, the small ones first.
    std::vector<std::size_t> order(all.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return bytes_of(all[a]) < bytes_of(all[b]);
    });
    std::vector<bool> fits(all.size());
    std::size_t total = 0;
    for (auto at : order) {
        total += bytes_of(all[at]);
        fits[at] = bytes_of(all[at]) <= kShellStringBytes && total <= kMaxEnvironmentBytes;
    }
    Offer offer;
    for (std::size_t at = 0; at < all.size(); ++at)
        (fits[at] ? offer.small : offer.large).push_back(std::move(all[at]));
    return offer;
}

std::vector<std::string> script_environment(const Context& context, std::string_view medium,
                                            std::string_view stage)
{
    std::vector<std::string> lines{
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME=/root",
        "USER=root",
        "LOGNAME=root",
        "SHELL=/bin/sh",
        "LANG=C",
        "RUNTIME_DIR=/run/one-context",
        "ONECTX_STAGE=" + std::string(stage),
    };
    if (!medium.empty()) {
        lines.push_back("MOUNT_DIR=" + std::string(medium));
        lines.push_back("CONTEXT_FILE=" + std::string(medium) + "/context.sh");
    }
    auto offer = offer_variables(context);
    for (const auto& [name, value] : offer.small)
        lines.push_back(name + "=" + value);
    for (const auto& [name, value] : offer.large)
        if (name.size() <= kMaxFileNameBytes)
            lines.push_back(std::string(kFilePrefix) + name + "=" + std::string(kLargeValues) +
                            "/" + name);
    return lines;
}

}  // namespace onectx
