// A route as a value, and as people write it in ETHx_ROUTES.
#pragma once

#include <optional>
#include <string_view>

#include "common/address.h"

namespace onectx {

inline constexpr unsigned kMaxMetric = 0x7FFFFFFF;  // netplan writes more as a negative number

struct Route {  // destination via gateway, both of one family
    IpPrefix destination;
    std::optional<IpAddress> gateway;  // absent: on-link
    std::optional<unsigned> metric;
    bool on_link = false;  // the gateway is reached although no prefix of the NIC covers it

    bool operator==(const Route&) const = default;
};

// One item of ETHx_ROUTES: "DST via GW" or "DST MASK GW", either with "metric N" or N alone after
// it. DST is a prefix, or "default". Host bits of DST are cleared: the kernel refuses them.
[[nodiscard]] std::optional<Route> parse_route(std::string_view text);

// The default route of a gateway's family.
[[nodiscard]] Route default_route(const IpAddress& gateway, std::optional<unsigned> metric);

}  // namespace onectx
