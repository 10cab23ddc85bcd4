// See nm_resolver.h.
#include "guest/net/nm_resolver.h"

#include <algorithm>

#include "common/text.h"

namespace onectx {
namespace {

bool takes(const Nic& nic, const IpAddress& server)
{
    return is_ipv4(server) ? takes_ipv4(nic) : takes_ipv6(nic);
}

bool takes(const Nic& nic, const std::string& /*domain*/)
{
    return takes_ipv4(nic) || takes_ipv6(nic);
}

void put(const IpAddress& server, Nic& nic)
{
    auto& list = nic.nameservers;
    if (std::find(list.begin(), list.end(), server) == list.end()) list.push_back(server);
}

void put(const std::string& domain, Nic& nic)
{
    auto& list = nic.search_domains;
    auto is_same = [&](const auto& other) { return equals_ignoring_case(domain, other); };
    if (std::none_of(list.begin(), list.end(), is_same)) list.push_back(domain);
}

std::string fault_of(const IpAddress& server)
{
    return to_text(server) + " is left out: no interface gets " +
           (is_ipv4(server) ? "IPv4" : "IPv6");
}

std::string fault_of(const std::string& domain)
{
    return domain + " is left out: no interface gets an address";
}

}  // namespace

bool takes_ipv4(const Nic& nic)
{
    return nic.method4 == Ipv4Method::address || nic.method4 == Ipv4Method::dhcp;
}

bool takes_ipv6(const Nic& nic)
{
    return nic.method6 == Ipv6Method::address || nic.method6 == Ipv6Method::slaac ||
           nic.method6 == Ipv6Method::dhcp;
}

std::vector<Nic> with_resolver_placed(const Network& network, bool machine_dns,
                                      std::vector<Problem>& problems)
{
    auto nics = network.nics;
    for (auto& nic : nics) {
        nic.nameservers.clear();
        nic.search_domains.clear();
    }
    auto place = [&](const auto& item, Nic* own, const std::string& variable) {
        auto takes_it = [&](const Nic& nic) { return takes(nic, item); };
        if (own != nullptr && takes_it(*own)) {
            put(item, *own);
            return;
        }
        auto first = std::find_if(nics.begin(), nics.end(), takes_it);
        if (first != nics.end())
            put(item, *first);
        else if (machine_dns)
            problems.push_back({variable, fault_of(item), false});
    };
    auto place_all = [&](const auto& from, Nic* own, const std::string& prefix) {
        for (const auto& server : from.nameservers)
            place(server, own, prefix + "DNS");
        for (const auto& domain : from.search_domains)
            place(domain, own, prefix + "SEARCH_DOMAIN");
    };
    if (machine_dns) place_all(network, nullptr, "");
    for (std::size_t at = 0; at < nics.size(); ++at)
        place_all(network.nics[at], &nics[at], variables_of(nics[at]) + "_");
    return nics;
}

}  // namespace onectx
