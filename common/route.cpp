// See route.h.
#include "common/route.h"

#include "common/text.h"

namespace onectx {
namespace {

IpPrefix without_host_bits(const IpPrefix& prefix)
{
    return std::visit(
        [&](const auto& address) {
            return IpPrefix{network_of(address, prefix.length), prefix.length};
        },
        prefix.address);
}

// MASK of "DST MASK GW": a mask of IPv4 in any spelling, "48" or "/48" for IPv6.
std::optional<unsigned> parse_length(std::string_view text, bool of_ipv4)
{
    if (of_ipv4) return parse_mask(text);
    if (text.starts_with('/')) text.remove_prefix(1);
    auto length = parse_number(text, 0, 128);
    if (!length) return std::nullopt;
    return static_cast<unsigned>(*length);
}

}  // namespace

std::optional<Route> parse_route(std::string_view text)
{
    auto words = split_words(text);
    Route route;
    const bool has_metric = words.size() == 4 || (words.size() == 5 && words[3] == "metric");
    if (has_metric) {
        auto metric = parse_number(words.back(), 0, kMaxMetric);
        if (!metric) return std::nullopt;
        route.metric = static_cast<unsigned>(*metric);
        words.resize(3);
    }
    if (words.size() != 3) return std::nullopt;
    auto gateway = parse_ip(words[2]);
    if (!gateway) return std::nullopt;
    auto destination =
        words[0] == "default" ? default_route(*gateway, {}).destination : parse_prefix(words[0]);
    if (!destination) return std::nullopt;
    if (words[1] != "via") {
        auto length = parse_length(words[1], is_ipv4(destination->address));
        if (!length) return std::nullopt;
        destination->length = *length;
    }
    if (is_ipv4(destination->address) != is_ipv4(*gateway)) return std::nullopt;
    route.destination = without_host_bits(*destination);
    route.gateway = gateway;
    return route;
}

Route default_route(const IpAddress& gateway, std::optional<unsigned> metric)
{
    IpPrefix everywhere = is_ipv4(gateway) ? IpPrefix{Ipv4{}, 0} : IpPrefix{Ipv6{}, 0};
    return {.destination = everywhere, .gateway = gateway, .metric = metric};
}

}  // namespace onectx
