// See domain.h.
#include "guest/model/domain.h"

#include <algorithm>

#include "guest/model/settings.h"

namespace onectx {
namespace {

using Words = std::string_view;

constexpr Words kHostnameSteps[] = {"hostname"};
constexpr Words kHostnameVariables[] = {"HOSTNAME", "*_HOSTNAME"};

constexpr Words kNetworkSteps[] = {"network", "resolver"};
constexpr Words kNetworkVariables[] = {
    "ETH*",     "PCI*",    "DNS",       "SEARCH_DOMAIN", "ROUTES",          "GATEWAY_IFACE",
    "NETCFG_*", "NETMASK", "IP_PUBLIC", "GATEWAY",       "ONEGATE_ENDPOINT"};

constexpr Words kUsersSteps[] = {"users"};
constexpr Words kUsersVariables[] = {"USERNAME", "USERNAME_SHELL", "USERNAME_SUDO", "GRANT_SUDO"};

constexpr Words kKeysSteps[] = {"ssh-keys"};
constexpr Words kKeysVariables[] = {
    "USERNAME", "*SSH_PUBLIC_KEY", "EC2_PUBLIC_KEY", "SSH_PUBLIC_KEY_EXCLUSIVE",
    "SSH_KEY",  "USER_PUBKEY",     "ROOT_PUBKEY"};

constexpr Words kTimeZoneSteps[] = {"timezone"};
constexpr Words kTimeZoneVariables[] = {"TIMEZONE"};

constexpr Words kMountsSteps[] = {"mounts"};
constexpr Words kMountsVariables[] = {"DISK*"};

constexpr Words kGrowingSteps[] = {"growing"};
constexpr Words kGrowingVariables[] = {"GROW_*"};

constexpr Words kSwapSteps[] = {"swap"};
constexpr Words kSwapVariables[] = {"IGNORE_SWAP"};

constexpr Words kUserDataSteps[] = {"user-data-*"};
constexpr Words kUserDataVariables[] = {"USER_DATA", "USERDATA", "USER_DATA_ENCODING",
                                        "USERDATA_ENCODING"};

constexpr Domain kDomains[] = {
    {"hostname", &Policy::hostname, kHostnameSteps, kHostnameVariables},
    {"network", &Policy::network, kNetworkSteps, kNetworkVariables},
    {"users", &Policy::users, kUsersSteps, kUsersVariables},
    {"ssh-keys", &Policy::ssh_keys, kKeysSteps, kKeysVariables},
    // No step: plan_users() asks for the rule, and a password is remembered for itself.
    {"passwords", &Policy::passwords, {}, {}, false},
    {"timezone", &Policy::timezone, kTimeZoneSteps, kTimeZoneVariables},
    {"swap", &Policy::swap, kSwapSteps, kSwapVariables},
    {"mounts", &Policy::mounts, kMountsSteps, kMountsVariables},
    {"growing", &Policy::growing, kGrowingSteps, kGrowingVariables},
    {"user-data", &Policy::user_data, kUserDataSteps, kUserDataVariables, false, true},
};

bool matches(std::string_view name, std::string_view pattern)
{
    if (pattern.ends_with('*')) return name.starts_with(pattern.substr(0, pattern.size() - 1));
    if (pattern.starts_with('*')) return name.ends_with(pattern.substr(1));
    return name == pattern;
}

bool speaks_of(std::string_view variable, const Domain& domain)
{
    return std::any_of(domain.variables.begin(), domain.variables.end(),
                       [&](std::string_view pattern) { return matches(variable, pattern); });
}

}  // namespace

std::span<const Domain> domains()
{
    return kDomains;
}

const Domain* domain_of_step(std::string_view step)
{
    for (const auto& domain : kDomains)
        if (std::any_of(domain.steps.begin(), domain.steps.end(),
                        [&](std::string_view pattern) { return matches(step, pattern); }))
            return &domain;
    return nullptr;
}

SaidOfDomains said_of_domains(const Context& context, const Refusals& refusals)
{
    SaidOfDomains said;
    for (const auto& domain : kDomains) {
        std::string text;
        for (const auto& [name, value] : context)
            if (!value.text.empty() && speaks_of(name, domain))
                text += name + "=" + value.text + '\0';  // no value holds NUL
        bool whole = !refusals.cut_off &&
                     std::none_of(refusals.names.begin(), refusals.names.end(),
                                  [&](const auto& name) { return speaks_of(name, domain); });
        said.emplace(domain.name, Said{Secret(std::move(text)), whole});
    }
    return said;
}

}  // namespace onectx
