// See address_name.h.
#include "guest/model/address_name.h"

#include <algorithm>

namespace onectx {
namespace {

// Of a link, or of any.
std::optional<IpAddress> address_on(const KernelNetwork& network, bool ipv4,
                                    std::optional<int> link)
{
    for (const auto& held : network.addresses)
        if (is_ipv4(held.prefix.address) == ipv4 && (!link || held.link == *link) && held.global &&
            !held.tentative && !held.duplicate && !is_link_local(held.prefix.address))
            return held.prefix.address;
    return std::nullopt;
}

// The links with a default route of the family, the best first.
std::vector<int> ways_out(const KernelNetwork& network, bool ipv4)
{
    std::vector<KernelRoute> routes;
    for (const auto& route : network.routes)
        if (route.destination.length == 0 && is_ipv4(route.destination.address) == ipv4)
            routes.push_back(route);
    std::stable_sort(routes.begin(), routes.end(), [](const auto& left, const auto& right) {
        return left.metric < right.metric;
    });
    std::vector<int> links;
    for (const auto& route : routes)
        links.push_back(route.link);
    return links;
}

}  // namespace

std::optional<IpAddress> first_address(const KernelNetwork& network)
{
    for (const bool ipv4 : {true, false}) {
        for (const int link : ways_out(network, ipv4))
            if (auto address = address_on(network, ipv4, link)) return address;
        if (auto address = address_on(network, ipv4, std::nullopt)) return address;
    }
    return std::nullopt;
}

std::string ec2_name(const Ipv4& address)
{
    auto name = "ip-" + to_text(address);
    std::replace(name.begin(), name.end(), '.', '-');
    return name;
}

}  // namespace onectx
