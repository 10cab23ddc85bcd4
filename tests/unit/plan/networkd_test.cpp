// Whole .network files, and which of them are ours to write and to remove.
#include "guest/net/networkd.h"

#include "guest/plan/prune.h"
#include "tests/support/apply_to_tree.h"
#include "tests/support/catch.h"
#include "tests/support/network_samples.h"

namespace onectx::test {
namespace {

const std::string kHead =
    "# Written by onectx from the context; changes are overwritten.\n"
    "\n"
    "[Match]\n"
    "MACAddress=02:00:0a:00:00:02\n"
    "Type=ether\n";

TEST_CASE("A .network file for every kind of NIC", "[networkd]")
{
    struct Row {
        std::string_view name;
        ContextValues values;
        std::string_view expected;
    };
    auto row = GENERATE(values<Row>({
        {"static",
         {{"IP", "10.0.0.2"},
          {"MASK", "255.255.255.0"},
          {"GATEWAY", "10.0.0.1"},
          {"DNS", "10.0.0.53 10.0.0.54"},
          {"SEARCH_DOMAIN", "a.example b.example"}},
         "\n[Network]\nDHCP=no\nAddress=10.0.0.2/24\nDNS=10.0.0.53\nDNS=10.0.0.54\n"
         "Domains=a.example b.example\n"
         "\n[Route]\nGateway=10.0.0.1\n"},
        {"MTU and metric",
         {{"IP", "10.0.0.2/24"}, {"GATEWAY", "10.0.0.1"}, {"METRIC", "50"}, {"MTU", "9000"}},
         "\n[Link]\nMTUBytes=9000\n"
         "\n[Network]\nDHCP=no\nAddress=10.0.0.2/24\n"
         "\n[Route]\nGateway=10.0.0.1\nMetric=50\n"},
        {"a gateway outside a /32",
         {{"IP", "10.0.0.2/32"}, {"GATEWAY", "10.9.9.1"}},
         "\n[Network]\nDHCP=no\nAddress=10.0.0.2/32\n"
         "\n[Route]\nGateway=10.9.9.1\nGatewayOnLink=yes\n"},
        {"DHCP of IPv4 alone",
         {{"METHOD", "dhcp"}, {"IP6_METHOD", "skip"}, {"METRIC", "7"}},
         "\n[Network]\nDHCP=ipv4\n"
         "\n[DHCPv4]\nRouteMetric=7\n"},
        {"DHCP of both",
         {{"METHOD", "dhcp"}, {"METRIC", "7"}},
         "\n[Network]\nDHCP=yes\nIPv6AcceptRA=yes\nIPv6PrivacyExtensions=no\n"
         "\n[DHCPv4]\nRouteMetric=7\n"
         "\n[IPv6AcceptRA]\nRouteMetric=7\n"},
        {"DHCP and SLAAC",
         {{"METHOD", "dhcp"}, {"IP6_METHOD", "auto"}},
         "\n[Network]\nDHCP=ipv4\nIPv6AcceptRA=yes\nIPv6PrivacyExtensions=no\n"
         "\n[IPv6AcceptRA]\nDHCPv6Client=no\n"},
        {"SLAAC alone",
         {{"IP6_METHOD", "auto"}},
         "\n[Network]\nDHCP=no\nIPv6AcceptRA=yes\nIPv6PrivacyExtensions=no\n"
         "\n[IPv6AcceptRA]\nDHCPv6Client=no\n"},
        {"DHCPv6 alone",
         {{"IP6_METHOD", "dhcp"}},
         "\n[Network]\nDHCP=ipv6\nIPv6AcceptRA=yes\nIPv6PrivacyExtensions=no\n"},
        {"static IPv6",
         {{"IP6", "2001:db8::2"},
          {"IP6_PREFIX_LENGTH", "48"},
          {"IP6_ULA", "fd00::2"},
          {"IP6_GATEWAY", "fe80::1"},
          {"DNS", "2001:db8::53"}},
         "\n[Network]\nDHCP=no\nIPv6AcceptRA=no\nAddress=2001:db8::2/48\nAddress=fd00::2/64\n"
         "DNS=2001:db8::53\n"
         "\n[Route]\nGateway=fe80::1\n"},
        {"static IPv6, gateway elsewhere",
         {{"IP6", "2001:db8::2"}, {"IP6_GATEWAY", "2001:db8:1::1"}},
         "\n[Network]\nDHCP=no\nIPv6AcceptRA=no\nAddress=2001:db8::2/64\n"
         "\n[Route]\nGateway=2001:db8:1::1\nGatewayOnLink=yes\n"},
        {"no IPv6",
         {{"IP", "10.0.0.2/24"}, {"IP6_METHOD", "disable"}},
         "\n[Network]\nDHCP=no\nLinkLocalAddressing=no\nIPv6AcceptRA=no\nAddress=10.0.0.2/24\n"},
        {"aliases",
         {{"IP", "10.0.0.2/24"},
          {"ALIAS0_IP", "10.0.0.3/24"},
          {"ALIAS1_IP", "10.0.0.4/32"},
          {"ALIAS1_IP6", "2001:db8::4"}},
         "\n[Network]\nDHCP=no\nIPv6AcceptRA=no\nAddress=10.0.0.2/24\nAddress=10.0.0.3/24\n"
         "Address=10.0.0.4/32\nAddress=2001:db8::4/64\n"},
        {"routes",
         {{"IP", "10.0.0.2/24"},
          {"IP6", "2001:db8::2"},
          {"GATEWAY", "10.0.0.1"},
          {"ROUTES", "10.8.0.0/16 via 10.0.0.3, 2001:db8:8::/48 via 2001:db8::3 metric 9"}},
         "\n[Network]\nDHCP=no\nIPv6AcceptRA=no\nAddress=10.0.0.2/24\nAddress=2001:db8::2/64\n"
         "\n[Route]\nGateway=10.0.0.1\n"
         "\n[Route]\nDestination=10.8.0.0/16\nGateway=10.0.0.3\n"
         "\n[Route]\nDestination=2001:db8:8::/48\nGateway=2001:db8::3\nMetric=9\n"},
    }));
    CAPTURE(row.name);
    auto network = network_of_nic(row.values);
    REQUIRE(network.nics.size() == 1);
    CHECK(render_networkd(network.nics[0]) == kHead + std::string(row.expected));
}

TEST_CASE("Two gateways and OneGate", "[networkd]")
{
    auto network = network_of_values({{"ONEGATE_ENDPOINT", "http://169.254.16.9:5030"},
                                      {"ETH0_MAC", "02:00:0a:00:00:02"},
                                      {"ETH0_IP", "10.0.0.2/24"},
                                      {"ETH0_GATEWAY", "10.0.0.1"},
                                      {"ETH1_MAC", "02:00:0a:01:00:02"},
                                      {"ETH1_IP", "10.1.0.2/24"},
                                      {"ETH1_GATEWAY", "10.1.0.1"}});
    REQUIRE(network.nics.size() == 2);
    CHECK(render_networkd(network.nics[0]) ==
          kHead +
              "\n[Network]\nDHCP=no\nAddress=10.0.0.2/24\n"
              "\n[Route]\nGateway=10.0.0.1\nMetric=100\n"
              "\n[Route]\nDestination=169.254.16.9/32\nScope=link\n");
    CHECK(render_networkd(network.nics[1]) ==
          "# Written by onectx from the context; changes are overwritten.\n"
          "\n[Match]\nMACAddress=02:00:0a:01:00:02\nType=ether\n"
          "\n[Network]\nDHCP=no\nAddress=10.1.0.2/24\n"
          "\n[Route]\nGateway=10.1.0.1\nMetric=101\n");
}

TEST_CASE("Our files of NICs that are gone go, those of others stay", "[networkd]")
{
    MemoryTree tree;
    const std::string directory = "/etc/systemd/network/";
    tree.file(directory + "05-onectx-eth7.network", kHead)
        .file(directory + "05-onectx-eth8.network", "[Match]\nName=x\n")
        .file(directory + "20-wired.network", kHead);
    auto network = network_of_nic({{"METHOD", "dhcp"}});
    auto planned = plan_networkd(network, tree);
    REQUIRE(planned);
    REQUIRE(planned->step.changes.size() == 2);
    CHECK(path_of(planned->step.changes[0]) == directory + "05-onectx-eth0.network");
    CHECK(planned->step.changes[1] == Change{RemoveFile{directory + "05-onectx-eth7.network"}});
    CHECK(planned->step.activate == std::vector<Run>{{{"networkctl", "reload"}}});
    CHECK(planned->problems ==
          std::vector<Problem>{{"",
                                directory + "05-onectx-eth8.network lacks the first line of our "
                                            "files, so it is not removed",
                                false}});

    apply_to_tree(planned->step, tree);
    auto again = prune(plan_networkd(network, tree)->step, tree, {});
    CHECK(again.changes.empty());
    CHECK(again.activate.empty());
}

TEST_CASE("A file that somebody took over is not written", "[networkd]")
{
    MemoryTree tree;
    tree.file("/etc/systemd/network/05-onectx-eth0.network", "[Match]\nName=x\n");
    auto planned = plan_networkd(network_of_nic({{"METHOD", "dhcp"}}), tree);
    REQUIRE(planned);
    CHECK(planned->step.changes.empty());
    CHECK(planned->problems ==
          std::vector<Problem>{{"ETH0_MAC",
                                "/etc/systemd/network/05-onectx-eth0.network lacks the first line "
                                "of our files, so it is left as it is",
                                true}});
}

}  // namespace
}  // namespace onectx::test
