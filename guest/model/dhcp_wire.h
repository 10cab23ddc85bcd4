// What the messages of DHCP are made of, for IPv4 and for IPv6: numbers in the network's order,
// addresses, names of DNS. Pure; nothing is read outside the octets.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/address.h"

namespace onectx {

// The largest time of both protocols: without an end.
inline constexpr std::chrono::seconds kEndless{UINT32_MAX};

[[nodiscard]] std::uint8_t octet(std::string_view text, std::size_t at);

// The low `size` octets of the value.
[[nodiscard]] std::string number(std::uint64_t value, std::size_t size);

// Absent unless the text has this size, at most four.
[[nodiscard]] std::optional<std::uint32_t> number_of(std::string_view text, std::size_t size);

template <class Address>
[[nodiscard]] std::string octets_of(const Address& address)
{
    return {address.octets.begin(), address.octets.end()};
}

// The first address of a list; absent where not even one is there.
template <class Address>
[[nodiscard]] std::optional<Address> address_of(std::string_view text)
{
    Address address;
    if (text.size() < address.octets.size()) return std::nullopt;
    std::copy_n(text.begin(), address.octets.size(), address.octets.begin());
    return address;
}

// A list of names (RFC 1035, section 4.1.4): those before one that ends outside, is too long or
// goes round in circles, and of them those that can stand in any file.
[[nodiscard]] std::vector<std::string> domains_of(std::string_view list);

}  // namespace onectx
