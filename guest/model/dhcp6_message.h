// The messages of DHCPv6 (RFC 8415) between octets and values: what a client says and what a server
// answers, for one address that is not temporary (IA_NA). Pure.
// Promises to read nothing outside the octets, whatever their lengths say, and that what an answer
// gives can stand in any file: names are checked, addresses are values.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/address.h"
#include "guest/model/dhcp_wire.h"

namespace onectx {

inline constexpr std::uint16_t kDhcp6ServerPort = 547;
inline constexpr std::uint16_t kDhcp6ClientPort = 546;
// All_DHCP_Relay_Agents_and_Servers, ff02::1:2 (section 7.1).
inline constexpr Ipv6 kDhcp6Servers{{0xFF, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2}};

enum class Dhcp6Type : std::uint8_t {
    solicit = 1,
    advertise,
    request,
    confirm,
    renew,
    rebind,
    reply,
    release,
    decline
};

// What servers know a client and its link by.
struct Dhcp6Identity {
    std::string client;      // DUID (section 11)
    std::uint32_t link = 0;  // IAID (section 12)

    bool operator==(const Dhcp6Identity&) const = default;
};

// DUID-LL of the link's MAC, so that it is the same at each boot and another in each clone. VLANs
// have the MAC of the device below, and an IAID of their own.
[[nodiscard]] Dhcp6Identity dhcp6_identity(const Mac& mac, std::optional<unsigned> vlan);

// What a client says. A solicitation asks for a lease at once (section 21.14).
struct Dhcp6Request {
    Dhcp6Type type = Dhcp6Type::solicit;
    std::uint32_t id = 0;  // of the exchange, three octets
    Dhcp6Identity whom;
    std::uint16_t hundredths = 0;  // of a second, since the exchange began
    std::string server = {};       // DUID; empty: all
    std::optional<Ipv6> own = {};  // the address that it has or was offered

    bool operator==(const Dhcp6Request&) const = default;
};

// An address says nothing of what is on the link: router advertisements do (section 18.2.10.1).
inline constexpr unsigned kDhcp6Prefix = 128;

// What a server gives for a time.
struct Dhcp6Lease {
    Ipv6 address;
    std::string server;  // DUID
    std::vector<IpAddress> nameservers;
    std::vector<std::string> search_domains;
    // Since it was given: the end, until when new connections may have the address, and when to ask
    // for more (T1, T2). The largest: never.
    std::chrono::seconds valid{0}, preferred{0}, renew{0}, rebind{0};

    bool operator==(const Dhcp6Lease&) const = default;
};

// Section 21.13.
enum class Dhcp6Status : std::uint16_t {
    success,
    unspecific_failure,
    no_addresses,
    no_binding,
    not_on_link
};

struct Dhcp6Answer {
    Dhcp6Type type = Dhcp6Type::advertise;
    std::uint32_t id = 0;
    std::string server;  // DUID
    std::uint8_t preference = 0;
    bool rapid = false;  // the lease is given at once
    Dhcp6Status status = Dhcp6Status::success;
    std::optional<Dhcp6Lease> lease = {};  // of the first address that can be had
    std::vector<Ipv6> ended = {};          // addresses that are not to be used any more
    std::optional<std::chrono::seconds> patience = {};  // SOL_MAX_RT (section 21.24)

    bool operator==(const Dhcp6Answer&) const = default;
};

[[nodiscard]] std::string to_octets(const Dhcp6Request& request);

// Absent for what is no answer of a server to this client, or ends within an option. What its
// association says counts for this link alone, and not at all where its times contradict each other
// (section 21.4).
[[nodiscard]] std::optional<Dhcp6Answer> parse_dhcp6_answer(std::string_view octets,
                                                            const Dhcp6Identity& whom);

}  // namespace onectx
