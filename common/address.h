// Addresses as values: parsed once, compared exactly, printed one way.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace onectx {

struct Mac {
    std::array<std::uint8_t, 6> octets{};
    auto operator<=>(const Mac&) const = default;
};

struct Ipv4 {
    std::array<std::uint8_t, 4> octets{};
    auto operator<=>(const Ipv4&) const = default;
};

struct Ipv6 {
    std::array<std::uint8_t, 16> octets{};
    auto operator<=>(const Ipv6&) const = default;
};

using IpAddress = std::variant<Ipv4, Ipv6>;

struct IpPrefix {  // the address is kept as given; network_of() clears its host bits
    IpAddress address;
    unsigned length = 0;
    bool operator==(const IpPrefix&) const = default;
};

// Each parse takes the whole text, white space around it removed, and gives absence when it is no
// such thing. Six octets of one or two hexadecimal digits parted by ':' or '-', any case.
[[nodiscard]] std::optional<Mac> parse_mac(std::string_view text);
// Four decimal octets; a leading zero is refused (some read it as octal: inet_aton(3)).
[[nodiscard]] std::optional<Ipv4> parse_ipv4(std::string_view text);
// RFC 4291, section 2.2, the embedded IPv4 form included; no zone.
[[nodiscard]] std::optional<Ipv6> parse_ipv6(std::string_view text);
[[nodiscard]] std::optional<IpAddress> parse_ip(std::string_view text);
// "10.0.0.0/8", "2001:db8::/32"; without a length the whole address.
[[nodiscard]] std::optional<IpPrefix> parse_prefix(std::string_view text);
// The length of a mask in any spelling: "255.255.255.0", "24", "/24", "0xffffff00". Absent when the
// mask has holes or is longer than 32.
[[nodiscard]] std::optional<unsigned> parse_mask(std::string_view text);

// Lower case, ':' between octets.
[[nodiscard]] std::string to_text(const Mac& mac);
[[nodiscard]] std::string to_text(const Ipv4& address);
// RFC 5952: lower case, the longest run of zeros shortened.
[[nodiscard]] std::string to_text(const Ipv6& address);
[[nodiscard]] std::string to_text(const IpAddress& address);
[[nodiscard]] std::string to_text(const IpPrefix& prefix);

// "255.255.255.0" of 24; length at most 32.
[[nodiscard]] Ipv4 mask_of(unsigned length);
[[nodiscard]] Ipv4 network_of(const Ipv4& address, unsigned length);
[[nodiscard]] Ipv6 network_of(const Ipv6& address, unsigned length);
[[nodiscard]] bool contains(const IpPrefix& prefix, const IpAddress& address);
[[nodiscard]] bool is_link_local(
    const IpAddress& address);  // 169.254/16 (RFC 3927), fe80::/10 (RFC 4291)
[[nodiscard]] bool is_ipv4(const IpAddress& address);

}  // namespace onectx
