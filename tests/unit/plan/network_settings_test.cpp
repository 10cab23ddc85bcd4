// ETHx_* into the model: every variable, every default, and what becomes of values that make no
// sense.
#include "guest/model/network_settings.h"

#include "common/limits.h"
#include "tests/support/catch.h"

namespace onectx {
namespace {

using Values = std::vector<std::pair<std::string, std::string>>;

constexpr const char* kMac0 = "02:00:0a:00:00:02";
constexpr const char* kMac1 = "02:00:0a:00:00:03";

Context context_of(const Values& values)
{
    Context context;
    for (const auto& [name, text] : values)
        context[name] = {text};
    return context;
}

struct Made {
    std::optional<Network> network;
    std::vector<Problem> problems;
};

Made make(const Values& values, const Policy& policy = {})
{
    Made made;
    made.network = make_network(context_of(values), policy, made.problems);
    return made;
}

// A NIC with the given variables after ETH0_, besides its MAC.
Made make_nic(const Values& values, const Policy& policy = {})
{
    Values all{{"ETH0_MAC", kMac0}};
    for (const auto& [name, text] : values)
        all.emplace_back("ETH0_" + name, text);
    return make(all, policy);
}

// The model in a few words, for tables.
std::string text_of(const Nic& nic)
{
    constexpr std::string_view kMethods4[] = {"none", "static", "dhcp", "skip"};
    constexpr std::string_view kMethods6[] = {"none", "static", "auto", "dhcp", "disable", "skip"};
    std::string text = "4:" + std::string(kMethods4[static_cast<int>(nic.method4)]);
    for (const auto& one : nic.addresses4)
        text += " " + to_text(IpPrefix{one.address, one.prefix});
    text += " 6:" + std::string(kMethods6[static_cast<int>(nic.method6)]);
    for (const auto& one : nic.addresses6)
        text += " " + to_text(IpPrefix{one.address, one.prefix});
    for (const auto& route : nic.routes) {
        text += " [" + to_text(route.destination);
        if (route.gateway) text += " via " + to_text(*route.gateway);
        if (route.metric) text += " metric " + std::to_string(*route.metric);
        text += route.on_link ? " onlink]" : "]";
    }
    if (nic.mtu) text += " mtu " + std::to_string(*nic.mtu);
    if (nic.announced_metric4) text += " metric4 " + std::to_string(*nic.announced_metric4);
    if (nic.announced_metric6) text += " metric6 " + std::to_string(*nic.announced_metric6);
    return text;
}

std::string text_of(const Made& made)
{
    if (!made.network) return "no network";
    std::string text;
    for (const auto& nic : made.network->nics)
        text += (text.empty() ? "" : "; ") + text_of(nic);
    return text;
}

std::string text_of(const std::vector<Problem>& problems)
{
    std::string text;
    for (const auto& problem : problems)
        text += std::string(problem.error ? "error " : "warning ") + problem.variable + ": " +
                problem.message + "\n";
    return text;
}

// https://github.com/OpenNebula/one-apps/issues/266
TEST_CASE("t_266_network_no_is_no: without a MAC the network is not ours", "[network]")
{
    CHECK_FALSE(make({{"NETWORK", "YES"}, {"DNS", "1.1.1.1"}}).network);
    CHECK_FALSE(make({}).network);
    auto made = make({{"ETH0_IP", "10.0.0.2"}, {"ETH0_MAC", " "}});
    CHECK_FALSE(made.network);
    CHECK(text_of(made.problems) == "warning ETH0_MAC: not set, so the interface is left out\n");
}

TEST_CASE("NETWORK=NO speaks to the host, not to us", "[network]")
{
    auto made = make({{"NETWORK", "NO"},
                      {"ETH0_MAC", kMac0},
                      {"ETH0_IP", "10.0.0.2"},
                      {"ETH0_MASK", "255.255.0.0"}});
    CHECK(text_of(made) == "4:static 10.0.0.2/16 6:none");
}

TEST_CASE("One NIC", "[network]")
{
    struct Row {
        Values values;
        std::string_view expected, problems;
    };
    auto row = GENERATE(values<Row>({
        {{{"IP", "10.0.0.2"}, {"MASK", "255.255.255.0"}}, "4:static 10.0.0.2/24 6:none", ""},
        {{{"IP", "10.0.0.2"}, {"MASK", "24"}}, "4:static 10.0.0.2/24 6:none", ""},
        {{{"IP", "10.0.0.2"}, {"MASK", "0xffff0000"}}, "4:static 10.0.0.2/16 6:none", ""},
        {{{"IP", "10.0.0.2"}},
         "4:static 10.0.0.2/24 6:none",
         "warning ETH0_MASK: not set; 255.255.255.0 is used\n"},
        {{{"IP", "10.0.0.2"}, {"MASK", "255.0.255.0"}},
         "4:static 10.0.0.2/24 6:none",
         "error ETH0_MASK: '255.0.255.0' is no network mask; 255.255.255.0 is used\n"},
        {{{"IP", "10.0.0.2"}, {"MASK", "0.0.0.0"}},
         "4:static 10.0.0.2/24 6:none",
         "error ETH0_MASK: '0.0.0.0' is no network mask; 255.255.255.0 is used\n"},
        {{{"IP", "10.0.0.2/0"}}, "", "error ETH0_IP: '10.0.0.2/0' is no IPv4 address of a host\n"},
        {{{"IP", "10.0.0.2/20"}}, "4:static 10.0.0.2/20 6:none", ""},
        {{{"IP", "10.0.0.2/20"}, {"MASK", "24"}},
         "4:static 10.0.0.2/20 6:none",
         "warning ETH0_MASK: the length in '10.0.0.2/20' is used instead\n"},
        {{{"IP", "10.0.0.300"}, {"MASK", "24"}},
         "",
         "error ETH0_IP: '10.0.0.300' is no IPv4 address of a host\n"},
        {{{"IP", "224.0.0.1"}, {"MASK", "24"}},
         "",
         "error ETH0_IP: '224.0.0.1' is no IPv4 address of a host\n"},
        {{{"IP", ""}, {"IP6", ""}, {"METHOD", ""}, {"GATEWAY", ""}}, "", ""},
        {{{"IP6", "2001:db8::2"}}, "4:none 6:static 2001:db8::2/64", ""},
        {{{"IPV6", "2001:db8::2"}, {"IP6_PREFIX_LENGTH", "48"}},
         "4:none 6:static 2001:db8::2/48",
         ""},
        {{{"IP6", "2001:db8::2"}, {"IP6_PREFIX_LENGTH", "129"}},
         "4:none 6:static 2001:db8::2/64",
         "error ETH0_IP6_PREFIX_LENGTH: '129' is no length of an IPv6 prefix; 64 is used\n"},
        {{{"IP6", "2001:db8::2"}, {"IP6_ULA", "fd00::2"}, {"IP6_PREFIX_LENGTH", "56"}},
         "4:none 6:static 2001:db8::2/56 fd00::2/64",
         ""},
        {{{"IP6", "2001:db8::2/64"}, {"IP6_ULA", "2001:db8::2"}, {"ALIAS0_IP6", "2001:db8::2/128"}},
         "4:none 6:static 2001:db8::2/64",
         ""},
        {{{"IP", "10.0.0.2/24"}, {"ALIAS0_IP", "10.0.0.2/32"}, {"ALIAS1_IP", "10.0.0.2/24"}},
         "4:static 10.0.0.2/24 10.0.0.2/32 6:none",
         ""},
        {{{"IP6", "2001:db8::2/0"}},
         "",
         "error ETH0_IP6: '2001:db8::2/0' is no IPv6 address of a host\n"},
        {{{"IP6", "ff02::1"}}, "", "error ETH0_IP6: 'ff02::1' is no IPv6 address of a host\n"},
    }));
    auto made = make_nic(row.values);
    CHECK(text_of(made) == row.expected);
    CHECK(text_of(made.problems) == row.problems);
}

TEST_CASE("Methods", "[network]")
{
    struct Row {
        Values values;
        std::string_view expected, problems;
    };
    auto row = GENERATE(values<Row>({
        {{{"METHOD", "dhcp"}}, "4:dhcp 6:dhcp", ""},
        {{{"METHOD", "DHCP"}, {"IP6_METHOD", "auto"}}, "4:dhcp 6:auto", ""},
        {{{"METHOD", "dhcp"}, {"IP6_METHOD", "static"}}, "4:dhcp 6:none", ""},
        {{{"METHOD", "dhcp"}, {"IP", "10.0.0.2/24"}}, "4:dhcp 6:dhcp", ""},
        {{{"METHOD", "Static"}, {"IP", "10.0.0.2/24"}, {"IP6_METHOD", "disable"}},
         "4:static 10.0.0.2/24 6:disable",
         ""},
        {{{"METHOD", "skip"}, {"IP", "10.0.0.2/24"}, {"IP6", "2001:db8::2"}}, "", ""},
        {{{"METHOD", "skip"}, {"IP6_METHOD", "static"}, {"IP6", "2001:db8::2"}},
         "4:skip 6:static 2001:db8::2/64",
         ""},
        {{{"IP", "10.0.0.2/24"}, {"IP6_METHOD", "skip"}}, "4:static 10.0.0.2/24 6:skip", ""},
        // https://github.com/OpenNebula/one/issues/7648: t_7648_method_virtio
        {{{"METHOD", "virtio"}, {"IP", "10.0.0.2/24"}},
         "4:static 10.0.0.2/24 6:none",
         "warning ETH0_METHOD: 'virtio' is none of static, dhcp, skip; taken as static where there "
         "is an address, else as dhcp\n"},
        {{{"METHOD", "virtio"}, {"IP6", "2001:db8::2"}},
         "4:none 6:static 2001:db8::2/64",
         "warning ETH0_METHOD: 'virtio' is none of static, dhcp, skip; taken as static where there "
         "is an address, else as dhcp\n"},
        {{{"METHOD", "virtio"}},
         "4:dhcp 6:dhcp",
         "warning ETH0_METHOD: 'virtio' is none of static, dhcp, skip; taken as static where there "
         "is an address, else as dhcp\n"},
        {{{"IP6_METHOD", "slaac"}},
         "",
         "warning ETH0_IP6_METHOD: 'slaac' is none of static, dhcp, auto, disable, skip; taken as "
         "static where there is an address\n"},
        {{{"IP6_METHOD", "slaac"}, {"IP6", "2001:db8::2"}},
         "4:none 6:static 2001:db8::2/64",
         "warning ETH0_IP6_METHOD: 'slaac' is none of static, dhcp, auto, disable, skip; taken as "
         "static where there is an address\n"},
        {{{"METHOD", "static"}}, "", "warning ETH0_METHOD: static, but there is no address\n"},
    }));
    auto made = make_nic(row.values);
    CHECK(text_of(made) == row.expected);
    CHECK(text_of(made.problems) == row.problems);
}

TEST_CASE("A NIC that was only attached is the image owner's business", "[network]")
{
    CHECK(text_of(make_nic({})).empty());
    CHECK(text_of(make_nic({}, {.ether_default = "up"})) == "4:none 6:none");
    CHECK(text_of(make_nic({}, {.ether_default = "dhcp"})) == "4:dhcp 6:dhcp");
    CHECK(text_of(make_nic({{"METHOD", "skip"}}, {.ether_default = "up"})).empty());
    CHECK(text_of(make_nic({{"IP", "10.0.0.2/24"}}, {.ether_default = "dhcp"})) ==
          "4:static 10.0.0.2/24 6:none");
}

TEST_CASE("What all NICs together may have", "[network]")
{
    Values values;
    const auto count = kMaxRoutes / kMaxListItems + 1;
    for (std::size_t nic = 0; nic < count; ++nic) {
        const auto eth = "ETH" + std::to_string(nic) + "_";
        const auto network = "10." + std::to_string(nic) + ".";
        values.emplace_back(eth + "MAC", "02:00:0a:00:00:" + std::to_string(10 + nic));
        values.emplace_back(eth + "IP", network + "0.2/16");
        std::string routes;
        std::string servers;
        std::string domains;
        for (std::size_t i = 0; i < kMaxListItems; ++i) {
            const auto end = std::to_string(i / 250 + 1) + "." + std::to_string(i % 250 + 1);
            routes += "9.0.0.0/8 via " + network + end + ",";
            servers += network + end + " ";
            domains += "a" + std::to_string(nic) + "-" + std::to_string(i) + ".example ";
        }
        values.emplace_back(eth + "ROUTES", routes);
        if (nic < 2) values.emplace_back(eth + "DNS", servers);
        if (nic < 2) values.emplace_back(eth + "SEARCH_DOMAIN", domains);
    }
    const auto made = make(values);
    REQUIRE(made.network);
    CHECK(made.network->nics[count - 2].routes.size() == kMaxListItems);
    CHECK(made.network->nics[count - 1].routes.empty());
    CHECK(made.network->nics[0].nameservers.size() == kMaxListItems);
    CHECK(made.network->nics[1].nameservers.empty());
    CHECK(made.network->nics[1].search_domains.empty());
    const std::string rest = " of all interfaces; the rest is left out";
    CHECK(made.problems ==
          std::vector<Problem>{{"ETH1_DNS", "more than 1024 items" + rest, true},
                               {"ETH1_SEARCH_DOMAIN", "more than 1024 items" + rest, true},
                               {"ETH16_ROUTES", "more than 16384 routes" + rest, true}});
}

TEST_CASE("Gateways, metrics and routes", "[network]")
{
    struct Row {
        Values values;
        std::string_view expected, problems;
    };
    auto row = GENERATE(values<Row>({
        {{{"IP", "10.0.0.2/24"}, {"GATEWAY", "10.0.0.1"}},
         "4:static 10.0.0.2/24 6:none [0.0.0.0/0 via 10.0.0.1]",
         ""},
        {{{"IP", "10.0.0.2/32"}, {"GATEWAY", "10.9.9.1"}, {"METRIC", "7"}},
         "4:static 10.0.0.2/32 6:none [0.0.0.0/0 via 10.9.9.1 metric 7 onlink]",
         ""},
        {{{"IP", "10.0.0.2/24"}, {"GATEWAY", "gw"}, {"METRIC", "-1"}},
         "4:static 10.0.0.2/24 6:none",
         "error ETH0_METRIC: '-1' is no number from 0 to 2147483647\n"
         "error ETH0_GATEWAY: 'gw' is no IPv4 address of a gateway\n"},
        {{{"IP", "10.0.0.2/24"}, {"GATEWAY", "10.0.0.2"}},
         "4:static 10.0.0.2/24 6:none",
         "warning ETH0_GATEWAY: '10.0.0.2' is this machine; no default route is made\n"},
        {{{"IP6", "2001:db8::2"}, {"GATEWAY6", "fe80::1"}, {"METRIC", "9"}},
         "4:none 6:static 2001:db8::2/64 [::/0 via fe80::1 metric 9]",
         ""},
        {{{"IP6", "2001:db8::2"},
          {"IP6_GATEWAY", "2001:db8::1"},
          {"GATEWAY6", "fe80::1"},
          {"METRIC", "9"},
          {"IP6_METRIC", "10"}},
         "4:none 6:static 2001:db8::2/64 [::/0 via 2001:db8::1 metric 10]",
         ""},
        {{{"METHOD", "dhcp"}, {"GATEWAY", "10.0.0.1"}, {"METRIC", "9"}, {"IP6_METHOD", "auto"}},
         "4:dhcp 6:auto metric4 9 metric6 9",
         "warning ETH0_GATEWAY: left out: the gateway is the one that the network announces\n"},
        {{{"METHOD", "dhcp"}, {"IP6_METHOD", "skip"}, {"ROUTES", "10.8.0.0/16 via 10.0.0.1"}},
         "4:dhcp 6:skip [10.8.0.0/16 via 10.0.0.1]",
         ""},
        {{{"IP", "10.0.0.2/24"},
          {"ROUTES",
           "10.8.0.0/16 via 10.0.0.1, 10.9.0.0 255.255.0.0 10.0.0.3,\nx via y, "
           "2001:db8::/32 via fe80::1"}},
         "4:static 10.0.0.2/24 6:none [10.8.0.0/16 via 10.0.0.1] [10.9.0.0/16 via 10.0.0.3]",
         "error ETH0_ROUTES: 'x via y' is neither \"DST via GATEWAY\" nor \"DST MASK GATEWAY\"\n"
         "warning ETH0_ROUTES: '2001:db8::/32 via fe80::1' is left out: this interface gets no "
         "IPv6\n"},
    }));
    auto made = make_nic(row.values);
    CHECK(text_of(made) == row.expected);
    CHECK(text_of(made.problems) == row.problems);
}

TEST_CASE("Routes of the whole machine go to the NIC of their gateway", "[network]")
{
    Values two{{"ETH0_MAC", kMac0},
               {"ETH0_IP", "10.0.0.2/24"},
               {"ETH0_IP6", "2001:db8::2"},
               {"ETH1_MAC", kMac1},
               {"ETH1_IP", "10.1.0.2/24"}};
    two.emplace_back("ROUTES",
                     "10.8.0.0/16 via 10.1.0.7, 10.9.0.0 255.255.0.0 10.0.0.9\n"
                     "2001:db8:8::/48 via fe80::1, 10.7.0.0/16 via 10.6.0.1, rubbish");
    auto made = make(two);
    CHECK(text_of(made) ==
          "4:static 10.0.0.2/24 6:static 2001:db8::2/64 [10.9.0.0/16 via 10.0.0.9] "
          "[2001:db8:8::/48 via fe80::1]; 4:static 10.1.0.2/24 6:none [10.8.0.0/16 via 10.1.0.7]");
    CHECK(text_of(made.problems) ==
          "error ROUTES: 'rubbish' is neither \"DST via GATEWAY\" nor \"DST MASK GATEWAY\"\n"
          "warning ROUTES: '10.7.0.0/16 via 10.6.0.1' is left out: no interface has an address in "
          "the network of its gateway\n");
    // The only NIC has every gateway, also where its network is not known.
    CHECK(text_of(make({{"ETH0_MAC", kMac0},
                        {"ETH0_METHOD", "dhcp"},
                        {"ETH0_IP6_METHOD", "skip"},
                        {"ROUTES", "10.8.0.0/16 via 10.1.0.7"}})) ==
          "4:dhcp 6:skip [10.8.0.0/16 via 10.1.0.7]");
    CHECK_FALSE(make({{"ROUTES", "10.8.0.0/16 via 10.1.0.7"}}).network);
}

// https://github.com/OpenNebula/addon-context-linux/issues/2
TEST_CASE("t_2_gateway_iface: its default route comes first", "[network]")
{
    auto metrics = [](const Values& more) {
        Values all{{"ETH0_MAC", kMac0},
                   {"ETH0_IP", "10.0.0.2/24"},
                   {"ETH0_GATEWAY", "10.0.0.1"},
                   {"ETH1_MAC", kMac1},
                   {"ETH1_IP", "10.1.0.2/24"},
                   {"ETH1_GATEWAY", "10.1.0.1"},
                   {"ETH2_MAC", "02:00:0a:00:00:04"},
                   {"ETH2_METHOD", "dhcp"},
                   {"ETH2_IP6_METHOD", "skip"}};
        all.insert(all.end(), more.begin(), more.end());
        auto made = make(all);
        std::string text;
        auto add = [&](std::optional<unsigned> metric) {
            text += (metric ? std::to_string(*metric) : "none") + " ";
        };
        for (const auto& nic : made.network->nics)
            add(nic.routes.empty() ? nic.announced_metric4 : nic.routes[0].metric);
        return text + text_of(made.problems);
    };
    CHECK(metrics({}) == "100 101 102 ");
    CHECK(metrics({{"GATEWAY_IFACE", "1"}}) == "101 100 102 ");
    CHECK(metrics({{"GATEWAY_IFACE", "eth0"}}) == "100 101 102 ");
    CHECK(metrics({{"GATEWAY_IFACE", "ETH2"}}) == "101 102 100 ");
    CHECK(metrics({{"GATEWAY_IFACE", "1"}, {"ETH0_METRIC", "50"}}) == "50 49 51 ");
    CHECK(metrics({{"GATEWAY_IFACE", "1"}, {"ETH1_METRIC", "7"}}) == "101 7 102 ");
    CHECK(metrics({{"GATEWAY_IFACE", "ETH7"}}) ==
          "100 101 102 warning GATEWAY_IFACE: 'ETH7' is no interface of this context\n");
    // Alone it needs no metric.
    CHECK(text_of(make({{"ETH0_MAC", kMac0},
                        {"ETH0_IP", "10.0.0.2/24"},
                        {"ETH0_GATEWAY", "10.0.0.1"},
                        {"GATEWAY_IFACE", "0"}})) ==
          "4:static 10.0.0.2/24 6:none [0.0.0.0/0 via 10.0.0.1]");
}

// https://github.com/OpenNebula/one-apps/issues/78
TEST_CASE("t_78_no_gateway_guess: no gateway, no default route", "[network]")
{
    auto made = make_nic({{"IP", "10.0.0.2/24"}});
    REQUIRE(made.network->nics.size() == 1);
    CHECK(made.network->nics[0].routes.empty());
}

TEST_CASE("MTU has a range, and a higher floor with IPv6", "[network]")
{
    CHECK(text_of(make_nic({{"IP", "10.0.0.2/24"}, {"MTU", "9000"}})) ==
          "4:static 10.0.0.2/24 6:none mtu 9000");
    CHECK(text_of(make_nic({{"IP", "10.0.0.2/24"}, {"MTU", "68"}})) ==
          "4:static 10.0.0.2/24 6:none mtu 68");
    auto made = make_nic({{"IP", "10.0.0.2/24"}, {"MTU", "67"}});
    CHECK(text_of(made) == "4:static 10.0.0.2/24 6:none");
    CHECK(text_of(made.problems) == "error ETH0_MTU: '67' is no number from 68 to 65535\n");
    made = make_nic({{"IP6", "2001:db8::2"}, {"MTU", "1279"}});
    CHECK(text_of(made) == "4:none 6:static 2001:db8::2/64");
    CHECK(text_of(made.problems) == "error ETH0_MTU: 1279 is less than the 1280 that IPv6 needs\n");
}

TEST_CASE("Aliases", "[network]")
{
    CHECK(text_of(make_nic({{"IP", "10.0.0.2/24"},
                            {"ALIAS10_IP", "10.0.0.12"},
                            {"ALIAS10_MASK", "255.255.255.0"},
                            {"ALIAS2_IP", "10.0.0.4/24"},
                            {"ALIAS2_IP6", "2001:db8::4"},
                            {"ALIAS2_IP6_ULA", "fd00::4"},
                            {"ALIAS3_IP", "10.0.0.5/24"},
                            {"ALIAS3_EXTERNAL", "yes"},
                            {"ALIAS4_IP", "10.0.0.6/24"},
                            {"ALIAS4_DETACH", "x"},
                            {"ALIAS5_IP", "10.0.0.7/24"},
                            {"ALIAS5_EXTERNAL", "NO"},
                            {"ALIAS6_IP", "10.0.0.2/24"}})) ==
          "4:static 10.0.0.2/24 10.0.0.4/24 10.0.0.7/24 10.0.0.12/24 6:static 2001:db8::4/64 "
          "fd00::4/64");
    // On a NIC that has no address of its own.
    CHECK(text_of(make_nic({{"ALIAS0_IP", "10.0.0.4/24"}})) == "4:static 10.0.0.4/24 6:none");
    CHECK(text_of(make_nic({{"METHOD", "dhcp"}, {"ALIAS0_IP", "10.0.0.4/24"}})) ==
          "4:dhcp 10.0.0.4/24 6:dhcp");
    CHECK(text_of(make_nic({{"METHOD", "skip"}, {"ALIAS0_IP", "10.0.0.4/24"}})).empty());
    auto made = make_nic({{"IP", "10.0.0.2/24"}, {"ALIAS0_IP", "10.0.0.4"}});
    CHECK(text_of(made.problems) == "warning ETH0_ALIAS0_MASK: not set; 255.255.255.0 is used\n");
}

TEST_CASE("MAC addresses are compared as values, ids as numbers", "[network]")
{
    auto made = make({{"ETH10_MAC", "02-00-0A-00-00-0A"},
                      {"ETH10_IP", "10.0.0.10/24"},
                      {"ETH2_MAC", "02:00:0A:00:00:02"},
                      {"ETH2_IP", "10.0.0.2/24"},
                      {"ETH00_MAC", "02:00:0a:00:00:07"}});
    REQUIRE(made.network->nics.size() == 2);
    CHECK(made.network->nics[0].id == 2);
    CHECK(to_text(*made.network->nics[0].mac) == "02:00:0a:00:00:02");
    CHECK(made.network->nics[1].id == 10);
    CHECK(to_text(*made.network->nics[1].mac) == "02:00:0a:00:00:0a");
    CHECK(made.problems.empty());

    made = make({{"ETH0_MAC", kMac0},
                 {"ETH0_IP", "10.0.0.2/24"},
                 {"ETH1_MAC", "02-00-0A-00-00-02"},
                 {"ETH1_IP", "10.0.0.3/24"},
                 {"ETH2_MAC", "zz"},
                 {"ETH2_IP", "10.0.0.4/24"},
                 {"ETH3_MAC", "01:00:5e:00:00:01"}});
    CHECK(text_of(made) == "4:static 10.0.0.2/24 6:none");
    CHECK(text_of(made.problems) ==
          "error ETH1_MAC: 02:00:0a:00:00:02 is that of ETH0 already; the interface is left out\n"
          "error ETH2_MAC: 'zz' is no MAC address; the interface is left out\n"
          "error ETH3_MAC: '01:00:5e:00:00:01' is no MAC address; the interface is left out\n");
}

// https://github.com/OpenNebula/one-apps/issues/310
TEST_CASE("t_310_search_domains: lists have any separator and no repeats", "[network]")
{
    auto made = make({{"DNS", "9.9.9.9,1.1.1.1\n9.9.9.9 2001:db8::53 x"},
                      {"SEARCH_DOMAIN", "a.example\nb.example A.EXAMPLE -bad a..b"},
                      {"ETH0_MAC", kMac0},
                      {"ETH0_IP", "10.0.0.2/24"},
                      {"ETH0_DNS", "8.8.8.8 8.8.4.4"},
                      {"ETH0_SEARCH_DOMAIN", "c.example"}});
    REQUIRE(made.network);
    CHECK(made.network->nameservers ==
          std::vector{*parse_ip("9.9.9.9"), *parse_ip("1.1.1.1"), *parse_ip("2001:db8::53")});
    CHECK(made.network->search_domains == std::vector<std::string>{"a.example", "b.example"});
    CHECK(made.network->nics[0].nameservers ==
          std::vector{*parse_ip("8.8.8.8"), *parse_ip("8.8.4.4")});
    CHECK(made.network->nics[0].search_domains == std::vector<std::string>{"c.example"});
    CHECK(text_of(made.problems) ==
          "error DNS: 'x' is no address\n"
          "error SEARCH_DOMAIN: '-bad' is no domain name\n"
          "error SEARCH_DOMAIN: 'a..b' is no domain name\n");
}

TEST_CASE("The resolver of a NIC that is left alone counts for the machine", "[network]")
{
    auto made = make({{"DNS", "9.9.9.9"},
                      {"ETH0_MAC", kMac0},
                      {"ETH0_DNS", "8.8.8.8 9.9.9.9"},
                      {"ETH0_SEARCH_DOMAIN", "a.example"}});
    REQUIRE(made.network);
    CHECK(made.network->nics.empty());
    CHECK(made.network->nameservers == std::vector{*parse_ip("9.9.9.9"), *parse_ip("8.8.8.8")});
    CHECK(made.network->search_domains == std::vector<std::string>{"a.example"});
}

TEST_CASE("OneGate at a link-local address gets a host route, once", "[network]")
{
    auto made = make({{"ONEGATE_ENDPOINT", "http://169.254.16.9:5030"},
                      {"ETH0_MAC", kMac0},
                      {"ETH0_METHOD", "dhcp"},
                      {"ETH1_MAC", kMac1},
                      {"ETH1_IP", "10.0.0.2/24"}});
    CHECK(text_of(made) == "4:dhcp 6:dhcp; 4:static 10.0.0.2/24 6:none [169.254.16.9/32]");
}

TEST_CASE("Nothing hostile gets through", "[network]")
{
    const std::string evil = "\n[Match]\nName=*\n";
    for (const auto* name : {"IP", "MASK", "GATEWAY", "METRIC", "IP6", "IP6_PREFIX_LENGTH",
                             "IP6_ULA", "IP6_GATEWAY", "IP6_METRIC", "METHOD", "IP6_METHOD", "MTU",
                             "DNS", "SEARCH_DOMAIN", "ROUTES", "ALIAS0_IP", "ALIAS0_IP6"}) {
        CAPTURE(name);
        auto made = make({{"ETH0_MAC", kMac0},
                          {"ETH0_IP", "10.0.0.2/24"},
                          {"ETH0_IP6", "2001:db8::2"},
                          {std::string("ETH0_") + name, "x" + evil}});
        REQUIRE_FALSE(made.problems.empty());
        for (const auto& problem : made.problems)
            CHECK(problem.message.find('\n') == std::string::npos);
        for (const auto& nic : made.network->nics)
            for (const auto& domain : nic.search_domains)
                CHECK(domain == "x");
    }
}

TEST_CASE("More NICs, aliases or items than there are limits", "[network]")
{
    Values many;
    for (unsigned id = 0; id < 300; ++id) {
        auto eth = "ETH" + std::to_string(id);
        constexpr std::string_view kDigits = "0123456789abcdef";
        std::string low{kDigits[id / 16 % 16], kDigits[id % 16]};
        many.emplace_back(eth + "_MAC", "02:00:00:00:0" + std::to_string(id / 256) + ":" + low);
        many.emplace_back(eth + "_METHOD", "dhcp");
    }
    auto made = make(many);
    CHECK(made.network->nics.size() == 256);
    CHECK(text_of(made.problems) ==
          "error ETH256_MAC: more than 256 interfaces; this one and the rest are left out\n");

    Values aliases;
    for (unsigned id = 0; id < 300; ++id)
        aliases.emplace_back(
            "ALIAS" + std::to_string(id) + "_IP",
            "10.0." + std::to_string(id / 200) + "." + std::to_string(id % 200 + 1) + "/8");
    made = make_nic(aliases);
    CHECK(made.network->nics[0].addresses4.size() == 256);
    CHECK(text_of(made.problems) ==
          "error ETH0_ALIAS256: too many aliases; it and the rest are left out\n");
}

}  // namespace
}  // namespace onectx
