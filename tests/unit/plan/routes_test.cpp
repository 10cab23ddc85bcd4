// The route planner: texts that are routes and texts that are none, metrics, on-link gateways.
#include "guest/model/routes.h"

#include <set>

#include "common/limits.h"
#include "tests/support/catch.h"

namespace onectx {
namespace {

std::string text_of(const std::optional<Route>& route)
{
    if (!route) return "none";
    auto text = to_text(route->destination);
    if (route->gateway) text += " via " + to_text(*route->gateway);
    if (route->metric) text += " metric " + std::to_string(*route->metric);
    if (route->on_link) text += " onlink";
    return text;
}

Nic static_nic(unsigned id, std::string_view address, unsigned prefix)
{
    return {.id = id,
            .method4 = Ipv4Method::address,
            .method6 = Ipv6Method::address,
            .addresses4 = {{*parse_ipv4(address), prefix}},
            .addresses6 = {{*parse_ipv6("2001:db8::2"), 64}}};
}

Route through(std::string_view gateway, std::optional<unsigned> metric = {})
{
    return default_route(*parse_ip(gateway), metric);
}

TEST_CASE("A route is read in both grammars", "[routes]")
{
    struct Row {
        std::string_view text, expected;
    };
    auto row = GENERATE(values<Row>({
        {"10.0.0.0/8 via 192.168.0.1", "10.0.0.0/8 via 192.168.0.1"},
        {"  10.1.2.3/8\tvia 192.168.0.1 ", "10.0.0.0/8 via 192.168.0.1"},
        {"10.0.0.1 via 192.168.0.1", "10.0.0.1/32 via 192.168.0.1"},
        {"10.0.0.0 255.0.0.0 192.168.0.1", "10.0.0.0/8 via 192.168.0.1"},
        {"10.0.0.0 8 192.168.0.1", "10.0.0.0/8 via 192.168.0.1"},
        {"10.0.0.0/8 via 192.168.0.1 metric 7", "10.0.0.0/8 via 192.168.0.1 metric 7"},
        {"10.0.0.0/8 via 192.168.0.1 7", "10.0.0.0/8 via 192.168.0.1 metric 7"},
        {"10.0.0.0 255.0.0.0 192.168.0.1 7", "10.0.0.0/8 via 192.168.0.1 metric 7"},
        {"default via 192.168.0.1", "0.0.0.0/0 via 192.168.0.1"},
        {"default via fe80::1", "::/0 via fe80::1"},
        {"2001:db8:1::/48 via 2001:db8::1", "2001:db8:1::/48 via 2001:db8::1"},
        {"10.0.0.0/8 via 2001:db8::1", "none"},
        {"2001:db8:1:: 48 2001:db8::1", "2001:db8:1::/48 via 2001:db8::1"},
        {"2001:db8:1:: /48 fe80::1 7", "2001:db8:1::/48 via fe80::1 metric 7"},
        {"2001:db8:1:: 129 2001:db8::1", "none"},
        {"2001:db8:1:: 255.255.0.0 2001:db8::1", "none"},
        {"10.0.0.0 255.0.255.0 192.168.0.1", "none"},
        {"10.0.0.0/8 192.168.0.1", "none"},
        {"10.0.0.0/8 via", "none"},
        {"10.0.0.0/8 via 192.168.0.1 dev eth0", "none"},
        {"10.0.0.0/8 via 192.168.0.1 metric x", "none"},
        {"10.0.0.0/8 via 192.168.0.1 x", "none"},
        {"10.0.0.0/8 via 192.168.0.1 metric", "none"},
        {"10.0.0.0/8 via 192.168.0.1 2147483648", "none"},
        {"10.0.0.0/33 via 192.168.0.1", "none"},
        {"", "none"},
    }));
    CAPTURE(row.text);
    CHECK(text_of(parse_route(row.text)) == row.expected);
}

TEST_CASE("Only a link-local IPv4 literal is the host of an endpoint", "[routes]")
{
    CHECK(link_local_host("http://169.254.16.9:5030") == parse_ipv4("169.254.16.9"));
    CHECK(link_local_host("https://user@169.254.16.9/path?x#y") == parse_ipv4("169.254.16.9"));
    CHECK(link_local_host("169.254.16.9") == parse_ipv4("169.254.16.9"));
    CHECK(link_local_host("http://10.0.0.1:5030") == std::nullopt);
    CHECK(link_local_host("http://x.example/169.254.16.9") == std::nullopt);
    CHECK(link_local_host("http://169.254.16.9.example") == std::nullopt);
    CHECK(link_local_host("") == std::nullopt);
}

TEST_CASE("One gateway without a metric stays without", "[routes]")
{
    std::vector<Nic> nics{static_nic(0, "10.0.0.2", 24)};
    nics[0].routes = {through("10.0.0.1"), through("2001:db8::1")};
    std::vector<Problem> problems;
    plan_routes(nics, problems);
    CHECK(text_of(nics[0].routes[0]) == "0.0.0.0/0 via 10.0.0.1");
    CHECK(text_of(nics[0].routes[1]) == "::/0 via 2001:db8::1");
    CHECK(problems.empty());
}

// https://github.com/OpenNebula/one-apps/issues/74
TEST_CASE("t_74_two_default_routes: gateways without a metric are numbered", "[routes]")
{
    std::vector<Nic> nics{static_nic(0, "10.0.0.2", 24), static_nic(3, "10.1.0.2", 24),
                          static_nic(10, "10.2.0.2", 24)};
    nics[0].routes = {through("10.0.0.1")};
    nics[1].routes = {through("10.1.0.1", 101)};
    nics[2].routes = {through("10.2.0.1")};
    std::vector<Problem> problems;
    plan_routes(nics, problems);
    CHECK(nics[0].routes[0].metric == 100U);
    CHECK(nics[1].routes[0].metric == 101U);
    CHECK(nics[2].routes[0].metric == 102U);
    CHECK(problems.empty());
}

TEST_CASE("Of equal metrics the later moves, and a warning says so", "[routes]")
{
    std::vector<Nic> nics{static_nic(0, "10.0.0.2", 24), static_nic(1, "10.1.0.2", 24)};
    nics[0].routes = {through("10.0.0.1", 5), through("2001:db8::1", 5)};
    nics[1].routes = {through("10.1.0.1", 5)};
    std::vector<Problem> problems;
    plan_routes(nics, problems);
    CHECK(nics[0].routes[0].metric == 5U);
    CHECK(nics[0].routes[1].metric == 5U);  // the other family
    CHECK(nics[1].routes[0].metric == 6U);
    REQUIRE(problems.size() == 1);
    CHECK(problems[0] ==
          Problem{"ETH1_METRIC", "another route to 0.0.0.0/0 has metric 5; 6 is used", false});
}

TEST_CASE("Behind the largest metric comes the next smaller one", "[routes]")
{
    std::vector<Nic> nics{static_nic(0, "10.0.0.2", 24), static_nic(1, "10.1.0.2", 24),
                          static_nic(2, "10.2.0.2", 24)};
    nics[0].routes = {through("10.0.0.1", kMaxMetric)};
    nics[1].routes = {through("10.1.0.1", kMaxMetric)};
    nics[2].routes = {through("10.2.0.1", kMaxMetric - 1)};
    std::vector<Problem> problems;
    plan_routes(nics, problems);
    CHECK(nics[0].routes[0].metric == kMaxMetric);
    CHECK(nics[1].routes[0].metric == kMaxMetric - 1);
    CHECK(nics[2].routes[0].metric == kMaxMetric - 2);
    CHECK(problems.size() == 2);

    nics[0].routes = {through("10.0.0.1", kMaxMetric)};
    nics[1].routes = {through("10.1.0.1")};
    nics[2].routes.clear();
    prefer_gateway(nics, nics[0]);
    CHECK(nics[1].routes[0].metric == kMaxMetric);
}

// All of one destination: what takes a look at all others for each would not come to an end.
TEST_CASE("As many routes as there may be are parted at once", "[routes]")
{
    std::vector<Nic> nics{static_nic(0, "10.0.0.2", 8)};
    for (unsigned i = 0; i < kMaxRoutes; ++i) {
        const Ipv4 gateway{
            {10, 1, static_cast<std::uint8_t>(i >> 8U), static_cast<std::uint8_t>(i & 0xFFU)}};
        const auto metric = i % 2 == 0 ? std::optional<unsigned>() : 7U;
        nics[0].routes.push_back(default_route(gateway, metric));
    }
    std::vector<Problem> problems;
    plan_routes(nics, problems);
    std::set<unsigned> metrics;
    for (const auto& route : nics[0].routes)
        metrics.insert(route.metric.value_or(0));
    CHECK(metrics.size() == kMaxRoutes);
    CHECK(*metrics.begin() == 7U);
    CHECK(*metrics.rbegin() == 7U + kMaxRoutes - 1);
}

TEST_CASE("No metric beside a given one is not left to the back-end", "[routes]")
{
    auto given = GENERATE(1U, 50U, 100U, 200U);
    std::vector<Nic> nics{static_nic(0, "10.0.0.2", 24), static_nic(1, "10.1.0.2", 24)};
    nics[0].routes = {through("10.0.0.1"), through("fe80::1")};
    nics[1].routes = {through("10.1.0.1", given), through("fe80::2", given)};
    std::vector<Problem> problems;
    plan_routes(nics, problems);
    for (std::size_t family : {0U, 1U}) {
        CHECK(nics[0].routes[family].metric == (given == 100U ? 101U : 100U));
        CHECK(nics[1].routes[family].metric == given);
    }
    CHECK(problems.empty());
}

// https://github.com/OpenNebula/addon-context-linux/issues/86
TEST_CASE("A gateway beside one that DHCP announces has a metric of its own", "[routes]")
{
    std::vector<Nic> nics{{.id = 0, .method4 = Ipv4Method::dhcp},
                          static_nic(1, "10.1.0.2", 24),
                          {.id = 2, .method4 = Ipv4Method::dhcp, .announced_metric4 = 100}};
    nics[1].routes = {through("10.1.0.1"), through("fe80::1")};
    std::vector<Problem> problems;
    plan_routes(nics, problems);
    CHECK(nics[0].announced_metric4 == 101U);
    CHECK(nics[1].routes[0].metric == 102U);
    CHECK_FALSE(nics[1].routes[1].metric);
    CHECK(nics[2].announced_metric4 == 100U);
    CHECK(problems.empty());
}

TEST_CASE("The metric 0 of IPv6 is 1, for the kernel takes it for none", "[routes]")
{
    std::vector<Nic> nics{static_nic(0, "10.0.0.2", 24), {.id = 1, .announced_metric6 = 0}};
    nics[0].routes = {through("10.0.0.1", 0), through("fe80::1", 0)};
    std::vector<Problem> problems;
    plan_routes(nics, problems);
    CHECK(nics[0].routes[0].metric == 0U);
    CHECK(nics[0].routes[1].metric == 1U);
    CHECK(nics[1].announced_metric6 == 1U);
    CHECK(problems.empty());
}

TEST_CASE("DHCP alone is left to the back-end", "[routes]")
{
    std::vector<Nic> nics{{.id = 0, .method4 = Ipv4Method::dhcp},
                          {.id = 1, .method4 = Ipv4Method::dhcp},
                          static_nic(2, "10.1.0.2", 24)};
    std::vector<Problem> problems;
    plan_routes(nics, problems);
    CHECK_FALSE(nics[0].announced_metric4);
    CHECK_FALSE(nics[1].announced_metric4);
}

// https://github.com/OpenNebula/one-apps/issues/124
TEST_CASE("t_124_onlink_slash32: a gateway outside the prefixes is on-link", "[routes]")
{
    struct Row {
        std::string_view gateway;
        bool on_link;
    };
    auto row = GENERATE(values<Row>({{"10.0.0.1", false},
                                     {"10.0.1.1", true},
                                     {"2001:db8::1", false},
                                     {"2001:db8:1::1", true},
                                     {"fe80::1", false}}));
    CAPTURE(row.gateway);
    std::vector<Nic> nics{static_nic(0, "10.0.0.2", 24)};
    nics[0].routes = {through(row.gateway)};
    std::vector<Problem> problems;
    plan_routes(nics, problems);
    CHECK(nics[0].routes[0].on_link == row.on_link);

    nics = {static_nic(0, "10.0.0.2", 32)};
    nics[0].routes = {through("10.0.0.1")};
    plan_routes(nics, problems);
    CHECK(nics[0].routes[0].on_link);
}

TEST_CASE("What DHCP will cover is not known, so its gateways are not called on-link", "[routes]")
{
    std::vector<Nic> nics{{.method4 = Ipv4Method::dhcp}};
    nics[0].routes = {*parse_route("10.0.0.0/8 via 192.168.0.1")};
    std::vector<Problem> problems;
    plan_routes(nics, problems);
    CHECK_FALSE(nics[0].routes[0].on_link);
}

TEST_CASE("A route that is repeated is there once", "[routes]")
{
    std::vector<Nic> nics{static_nic(0, "10.0.0.2", 24)};
    nics[0].routes = {*parse_route("10.8.0.0/16 via 10.0.0.1"),
                      *parse_route("10.8.1.0/16 via 10.0.0.1")};
    std::vector<Problem> problems;
    plan_routes(nics, problems);
    REQUIRE(nics[0].routes.size() == 1);
    CHECK_FALSE(nics[0].routes[0].metric);
}

TEST_CASE("The host route goes to the first static NIC, once", "[routes]")
{
    std::vector<Nic> nics{{.method4 = Ipv4Method::dhcp},
                          static_nic(1, "10.0.0.2", 24),
                          static_nic(2, "10.1.0.2", 24)};
    add_host_route(nics, *parse_ipv4("169.254.16.9"));
    CHECK(nics[0].routes.empty());
    REQUIRE(nics[1].routes.size() == 1);
    CHECK(text_of(nics[1].routes[0]) == "169.254.16.9/32");
    CHECK(nics[2].routes.empty());
}

TEST_CASE("A route of the context to the host is the only one", "[routes]")
{
    std::vector<Nic> nics{static_nic(0, "10.0.0.2", 24), static_nic(1, "10.1.0.2", 24)};
    nics[1].routes = {*parse_route("169.254.16.9 via 10.1.0.1")};
    add_host_route(nics, *parse_ipv4("169.254.16.9"));
    CHECK(nics[0].routes.empty());
    CHECK(nics[1].routes.size() == 1);
}

}  // namespace
}  // namespace onectx
