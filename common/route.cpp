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
        auto mask = parse_mask(words[1]);
        if (!mask || !is_ipv4(destination->address)) return std::nullopt;
        destination->length = *mask;
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
