// The messages of DHCPv4 (RFC 2131, options of RFC 2132) between octets and values: what a client
// says, what a server answers, and the IP and UDP around them. Pure.
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
#include "common/route.h"
#include "guest/model/dhcp_wire.h"
#include "guest/model/nic.h"

namespace onectx {

inline constexpr std::uint16_t kDhcpServerPort = 67;
inline constexpr std::uint16_t kDhcpClientPort = 68;

enum class DhcpType : std::uint8_t { discover = 1, offer, request, decline, ack, nak, release };

// What a client says.
struct DhcpRequest {
    DhcpType type = DhcpType::discover;
    std::uint32_t id = 0;  // of the exchange: xid
    Mac mac;
    std::uint16_t seconds = 0;           // since it began to ask
    std::optional<Ipv4> own = {};        // the address that it has: ciaddr
    std::optional<Ipv4> requested = {};  // the address that it was offered (option 50)
    std::optional<Ipv4> server = {};     // whose offer it takes (option 54)

    bool operator==(const DhcpRequest&) const = default;
};

// What a server gives for a time.
struct DhcpLease {
    Ipv4Interface address;
    Ipv4 server;
    std::vector<Route> routes;  // RFC 3442, or the first router; without metrics
    std::vector<IpAddress> nameservers;
    std::vector<std::string> search_domains;  // RFC 3397, or the domain name
    std::optional<unsigned> mtu = {};
    // Since it was asked for: the end, and when to ask for more (T1, T2). The largest: never.
    std::chrono::seconds valid{0}, renew{0}, rebind{0};

    bool operator==(const DhcpLease&) const = default;
};

struct DhcpAnswer {
    DhcpType type = DhcpType::offer;
    std::uint32_t id = 0;
    Mac mac;  // whom it answers
    std::optional<Ipv4> server = {};
    std::optional<DhcpLease> lease = {};  // there in an offer and in an acknowledgement

    bool operator==(const DhcpAnswer&) const = default;
};

// The message, without IP and UDP, as long as a BOOTP relay wants it (RFC 1542, section 2.1).
[[nodiscard]] std::string to_octets(const DhcpRequest& request);

// Absent for what is no answer of a server to a client on Ethernet, and for an offer or an
// acknowledgement without an address of a host, a server or a time.
[[nodiscard]] std::optional<DhcpAnswer> parse_dhcp_answer(std::string_view octets);

// An IPv4 packet with a UDP datagram from the client's port to the server's.
[[nodiscard]] std::string to_packet(std::string_view payload, const Ipv4& from, const Ipv4& to);

// The payload of such a packet in the other direction; absent for any other packet. The checksum of
// UDP is not looked at: a packet that never was on a wire has none yet.
[[nodiscard]] std::optional<std::string_view> payload_of(std::string_view packet);

}  // namespace onectx
