// The values of ETHx_* and PCIx_* one by one, each read into its type. What cannot be read is
// absent and becomes a problem that names its variable; what the values mean together is
// network_settings' business.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/context.h"
#include "common/text.h"
#include "guest/model/nic.h"
#include "guest/model/problems.h"

namespace onectx {

// The variables that begin with one prefix ("ETH0_", "ETH0_ALIAS1_", ""), and where complaints
// about them go.
struct Variables {
    const Context& context;
    std::string prefix;
    std::vector<Problem>& problems;

    // Empty equals unset (user-needs R-28), and so does white space alone.
    [[nodiscard]] std::optional<std::string_view> get(std::string_view name) const
    {
        auto value = trim(value_of(context, prefix + std::string(name)).value_or(""));
        if (value.empty()) return std::nullopt;
        return value;
    }
    // The one of two names that is set, the first when both are.
    [[nodiscard]] std::string_view either(std::string_view name, std::string_view alias) const
    {
        return !get(name) && get(alias) ? alias : name;
    }
    void error(std::string_view name, std::string message) const
    {
        add_problem(problems, {prefix + std::string(name), std::move(message), true});
    }
    void warn(std::string_view name, std::string message) const
    {
        add_problem(problems, {prefix + std::string(name), std::move(message), false});
    }
};

// The numbers that follow `start` and precede '_' in the names that have a value: "ETH" -> 0,
// 1, 10. In numeric order; one with a leading zero is no id, or ETH0 and ETH00 would be two.
[[nodiscard]] std::set<unsigned> ids_after(const Context& context, const std::string& start);

[[nodiscard]] std::optional<Mac> read_mac(const Variables& variables);

// ADDRESS as the kernel writes it: "0000:01:00.0", the domain 0000 where none is given. Empty when
// it is not set or no such thing.
[[nodiscard]] std::string read_pci_address(const Variables& variables);

// IP with MASK: "a.b.c.d", or with "/length" behind it, which then stands for MASK. Without either
// it is /24, as OpenNebula documents, and a warning says so.
[[nodiscard]] std::optional<Ipv4Interface> read_ipv4(const Variables& variables);

// IP6 (or IPV6) with IP6_PREFIX_LENGTH, by default 64, then IP6_ULA, always /64.
[[nodiscard]] std::vector<Ipv6Interface> read_ipv6(const Variables& variables);

[[nodiscard]] std::optional<unsigned> read_number(const Variables& variables, std::string_view name,
                                                  unsigned minimum, unsigned maximum);

// Append the items of DNS and of SEARCH_DOMAIN that are not there yet; domains compare without
// case.
void read_nameservers(const Variables& variables, std::vector<IpAddress>& nameservers);
void read_search_domains(const Variables& variables, std::vector<std::string>& domains);

// Labels of letters, digits, '-' and '_', as resolvers take them: nothing that could end a line or
// begin a directive in a file this is written to.
[[nodiscard]] bool is_domain(std::string_view name);

// Whether an address can be a host's: neither unspecified nor multicast nor broadcast.
[[nodiscard]] bool is_host(const IpAddress& address);

}  // namespace onectx
