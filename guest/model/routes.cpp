// See routes.h.
#include "guest/model/routes.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "common/text.h"
#include "guest/model/problems.h"

namespace onectx {
namespace {

bool is_on_link(const Nic& nic, const IpAddress& gateway)
{
    if (is_ipv4(gateway))
        return nic.method4 == Ipv4Method::address && !covers_gateway(nic, gateway);
    // Every IPv6 NIC has fe80::/64, so such a gateway is covered.
    return nic.method6 == Ipv6Method::address && !is_link_local(gateway) &&
           !covers_gateway(nic, gateway);
}

// What the kernel makes of a route without a metric (ip-route(8)).
unsigned implied_metric(const Route& route)
{
    return is_ipv4(route.destination.address) ? 0 : 1024;
}

// The variable that a route's metric comes from.
std::string variable_of(const Nic& nic, const Route& route)
{
    auto eth = variables_of(nic);
    if (route.destination.length > 0) return eth + "_ROUTES";
    return eth + (is_ipv4(route.destination.address) ? "_METRIC" : "_IP6_METRIC");
}

struct Contender {
    const Nic* nic;
    Route* route;
};

// Gives routes to one destination metrics of their own.
void part_by_metric(const std::vector<Contender>& contenders, std::vector<Problem>& problems)
{
    std::set<unsigned> used;
    auto next_free = [&](unsigned metric) {
        while (used.contains(metric))
            ++metric;
        return metric;
    };
    for (const auto& [nic, route] : contenders) {
        if (!route->metric) continue;
        auto given = *route->metric;
        route->metric = next_free(given);
        used.insert(*route->metric);
        if (*route->metric == given) continue;
        add_problem(problems,
                    {variable_of(*nic, *route), "another route to " + to_text(route->destination) +
                                                    " has metric " + std::to_string(given) + "; " +
                                                    std::to_string(*route->metric) + " is used"});
    }
    auto unset = std::count_if(contenders.begin(), contenders.end(),
                               [](const auto& one) { return !one.route->metric; });
    unsigned metric = kFirstMetric;
    for (const auto& [nic, route] : contenders) {
        if (route->metric || (unset == 1 && !used.contains(implied_metric(*route)))) continue;
        metric = next_free(metric);
        route->metric = metric;
        used.insert(metric);
    }
}

// The metrics of the NIC's default routes of one family: its own, and those that a server
// announces.
template <class Take>
void each_default_metric(Nic& nic, bool is_ipv6, const Take& take)
{
    for (auto& route : nic.routes)
        if (route.destination.length == 0 && is_ipv4(route.destination.address) != is_ipv6)
            take(route.metric);
    bool announced = is_ipv6 ? nic.method6 == Ipv6Method::dhcp || nic.method6 == Ipv6Method::slaac
                             : nic.method4 == Ipv4Method::dhcp;
    if (announced) take(is_ipv6 ? nic.announced_metric6 : nic.announced_metric4);
}

}  // namespace

bool covers_gateway(const Nic& nic, const IpAddress& gateway)
{
    auto covers = [&](const auto& own) { return contains({own.address, own.prefix}, gateway); };
    return std::any_of(nic.addresses4.begin(), nic.addresses4.end(), covers) ||
           std::any_of(nic.addresses6.begin(), nic.addresses6.end(), covers);
}

void prefer_gateway(std::vector<Nic>& nics, Nic& chosen)
{
    for (bool is_ipv6 : {false, true}) {
        unsigned own = kFirstMetric;
        bool has_others = false;
        auto see = [&](const std::optional<unsigned>& metric) {
            has_others = true;
            if (metric && *metric <= own) own = *metric > 0 ? *metric - 1 : 0;
        };
        for (auto& nic : nics)
            if (&nic != &chosen) each_default_metric(nic, is_ipv6, see);
        if (!has_others) continue;
        bool has_own = false;
        each_default_metric(chosen, is_ipv6, [&](std::optional<unsigned>& metric) {
            has_own = true;
            if (!metric) metric = own;
            own = std::max(own, *metric);
        });
        if (!has_own) continue;
        for (auto& nic : nics)
            each_default_metric(nic, is_ipv6, [&](const std::optional<unsigned>& metric) {
                own = std::max(own, metric.value_or(0));
            });
        for (auto& nic : nics)
            if (&nic != &chosen)
                each_default_metric(nic, is_ipv6, [&](std::optional<unsigned>& metric) {
                    if (!metric) metric = ++own;
                });
    }
}

std::optional<Ipv4> link_local_host(std::string_view url)
{
    if (auto scheme = url.find("://"); scheme != std::string_view::npos)
        url.remove_prefix(scheme + 3);
    url = url.substr(0, url.find_first_of("/?#"));
    if (auto user = url.rfind('@'); user != std::string_view::npos) url.remove_prefix(user + 1);
    auto host = parse_ipv4(url.substr(0, url.find(':')));
    if (!host || !is_link_local(*host)) return std::nullopt;
    return host;
}

void plan_routes(std::vector<Nic>& nics, std::vector<Problem>& problems)
{
    std::map<std::pair<IpAddress, unsigned>, std::vector<Contender>> destinations;
    for (auto& nic : nics) {
        std::vector<Route> kept;
        for (auto& route : nic.routes)
            if (std::find(kept.begin(), kept.end(), route) == kept.end()) kept.push_back(route);
        nic.routes = std::move(kept);
        for (auto& route : nic.routes) {
            route.on_link = route.gateway && is_on_link(nic, *route.gateway);
            const auto& to = route.destination;
            destinations[{to.address, to.length}].push_back({&nic, &route});
        }
    }
    for (const auto& [destination, contenders] : destinations)
        part_by_metric(contenders, problems);
}

void add_host_route(std::vector<Nic>& nics, const Ipv4& endpoint)
{
    const IpPrefix host{endpoint, 32};
    auto leads_there = [&](const Route& route) { return route.destination == host; };
    for (const auto& nic : nics)
        if (std::any_of(nic.routes.begin(), nic.routes.end(), leads_there)) return;
    auto first = std::find_if(nics.begin(), nics.end(), [](const Nic& nic) {
        return nic.method4 == Ipv4Method::address && !nic.addresses4.empty();
    });
    if (first != nics.end()) first->routes.push_back({.destination = host});
}

}  // namespace onectx
