// See routes.h.
#include "guest/model/routes.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <tuple>

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

// Of IPv6 the kernel takes 0 for no metric and makes 1024 of it (ip6_route_add()).
void keep_from_none(std::optional<unsigned>& metric)
{
    if (metric == 0U) metric = 1;
}

// The variable that a route's metric comes from.
std::string variable_of(const Nic& nic, const Route& route)
{
    auto eth = variables_of(nic);
    if (route.destination.length > 0) return eth + "_ROUTES";
    return eth + (is_ipv4(route.destination.address) ? "_METRIC" : "_IP6_METRIC");
}

bool has_default_ipv4(const Nic& nic)
{
    const IpPrefix everywhere{Ipv4{}, 0};
    return std::any_of(nic.routes.begin(), nic.routes.end(),
                       [&](const Route& route) { return route.destination == everywhere; });
}

// One of several routes to a destination: where its metric stands, and the variable it comes from.
struct Contender {
    std::optional<unsigned>* metric;
    std::string variable;
};

// The metrics of one destination that are given away, as runs without a gap.
class Metrics {
  public:
    // The metric, or where it is given away the next one up; where there is none, the next one
    // down.
    unsigned take(unsigned metric)
    {
        auto above = runs_.upper_bound(metric);
        if (above != runs_.begin()) {
            const auto& [first, last] = *std::prev(above);
            if (last >= metric) metric = last < kMaxMetric ? last + 1 : first - 1;
        }
        note(metric);
        return metric;
    }

  private:
    void note(unsigned metric)
    {
        auto last = metric;
        auto above = runs_.upper_bound(metric);
        if (above != runs_.end() && above->first == metric + 1) {
            last = above->second;
            above = runs_.erase(above);
        }
        if (above != runs_.begin() && std::prev(above)->second + 1 == metric)
            std::prev(above)->second = last;
        else
            runs_.emplace(metric, last);
    }

    std::map<unsigned, unsigned> runs_;  // the first of a run, and its last
};

// Gives routes to one destination metrics of their own.
void part_by_metric(const std::string& destination, const std::vector<Contender>& contenders,
                    std::vector<Problem>& problems)
{
    if (contenders.size() == 1) return;
    Metrics metrics;
    for (const auto& [metric, variable] : contenders) {
        if (!*metric) continue;
        const auto given = **metric;
        *metric = metrics.take(given);
        if (*metric == given) continue;
        add_problem(problems, {variable, "another route to " + destination + " has metric " +
                                             std::to_string(given) + "; " +
                                             std::to_string(**metric) + " is used"});
    }
    for (const auto& [metric, variable] : contenders)
        if (!*metric) *metric = metrics.take(kFirstMetric);
}

void drop_repeats(std::vector<Route>& routes)
{
    std::set<std::tuple<IpAddress, unsigned, std::optional<IpAddress>, std::optional<unsigned>>>
        seen;
    std::erase_if(routes, [&](const Route& route) {
        const auto& [to, gateway, metric, on_link] = route;
        return !seen.emplace(to.address, to.length, gateway, metric).second;
    });
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
                    if (!metric) metric = own = std::min(own + 1, kMaxMetric);
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
    using Destination = std::pair<IpAddress, unsigned>;
    std::map<Destination, std::vector<Contender>> destinations;
    const bool has_gateway = std::any_of(nics.begin(), nics.end(), has_default_ipv4);
    for (auto& nic : nics) {
        drop_repeats(nic.routes);
        for (auto& route : nic.routes) {
            route.on_link = route.gateway && is_on_link(nic, *route.gateway);
            const auto& to = route.destination;
            if (!is_ipv4(to.address)) keep_from_none(route.metric);
            destinations[{to.address, to.length}].push_back(
                {&route.metric, variable_of(nic, route)});
        }
        keep_from_none(nic.announced_metric6);
        if (has_gateway && nic.method4 == Ipv4Method::dhcp)
            destinations[{Ipv4{}, 0}].push_back(
                {&nic.announced_metric4, variables_of(nic) + "_METRIC"});
    }
    for (const auto& [destination, contenders] : destinations)
        part_by_metric(to_text(IpPrefix{destination.first, destination.second}), contenders,
                       problems);
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
