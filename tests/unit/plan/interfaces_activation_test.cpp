// What ifdown and ifup are run for, in which order and which beside one another.
#include "guest/net/interfaces.h"
#include "guest/plan/plan.h"
#include "tests/support/apply_to_tree.h"
#include "tests/support/catch.h"
#include "tests/support/network_samples.h"

namespace onectx::test {
namespace {

Step plan(const Network& network, const MemoryTree& tree)
{
    auto planned = plan_interfaces(network, tree);
    REQUIRE(planned);
    return planned->step;
}

TEST_CASE("What ifdown and ifup are run for on a running system", "[interfaces]")
{
    struct Row {
        std::string_view name;
        ContextValues before, after;  // of ETH1; empty: there is none
        bool is_up;
        std::vector<Run> prepare, activate;
    };
    const std::vector<Run> ifdown{{{"ifdown", "eth1"}}}, ifup{{{"ifup", "eth1"}, {}, true}};
    const ContextValues fixed{{"IP", "10.1.0.2/24"}}, dhcp{{"METHOD", "dhcp"}};
    auto row = GENERATE_COPY(values<Row>({
        {"nothing changed", fixed, fixed, true, {}, {}},
        {"a new NIC", {}, fixed, false, {}, ifup},
        {"one that comes back", {}, fixed, true, {}, {}},
        {"another MTU", fixed, {{"IP", "10.1.0.2/24"}, {"MTU", "1400"}}, true, {}, {}},
        {"another address, alias and route",
         fixed,
         {{"IP", "10.1.0.3/24"}, {"ALIAS0_IP", "10.1.0.4/24"}, {"GATEWAY", "10.1.0.1"}},
         true,
         {},
         {}},
        {"ifup never got to it", fixed, {{"IP", "10.1.0.3/24"}}, false, {}, ifup},
        {"static to DHCP", fixed, dhcp, true, ifdown, ifup},
        {"DHCP to static", dhcp, fixed, true, ifdown, ifup},
        {"an alias beside DHCP",
         dhcp,
         {{"METHOD", "dhcp"}, {"ALIAS0_IP", "10.1.0.4/24"}},
         true,
         {},
         {}},
        {"a route beside DHCP",
         dhcp,
         {{"METHOD", "dhcp"}, {"ROUTES", "10.8.0.0/16 via 10.1.0.9"}},
         true,
         {},
         {}},
        {"a NIC with DHCP that goes", dhcp, {}, true, ifdown, {}},
        {"a static one that goes", fixed, {}, true, {}, {}},
    }));
    CAPTURE(row.name);
    auto network_with = [](const ContextValues& nic) {
        ContextValues all{{"ETH0_MAC", "02:00:0a:00:00:02"}, {"ETH0_IP", "10.0.0.2/24"}};
        if (!nic.empty()) all.emplace_back("ETH1_MAC", "02:00:0a:01:00:02");
        for (const auto& [name, text] : nic)
            all.emplace_back("ETH1_" + name, text);
        return network_of_values(all);
    };
    MemoryTree tree;
    apply_to_tree(plan(network_with(row.before), tree), tree);
    tree.file("/run/network/ifstate",
              row.is_up ? "lo=lo\neth0=eth0\neth1=eth1\n" : "lo=lo\neth0=eth0\neth10=eth10\n");
    auto step = plan(network_with(row.after), tree);
    CHECK(step.prepare == row.prepare);
    CHECK(step.activate == row.activate);
}

TEST_CASE("A stanza of somebody else is undone before ours is done", "[interfaces]")
{
    MemoryTree tree;
    tree.file("/etc/network/interfaces", "auto eth0\niface eth0 inet dhcp\n")
        .file("/run/network/ifstate", "eth0=eth0\n");
    auto step = plan(network_of_nic({{"IP", "10.0.0.2/24"}}), tree);
    CHECK(step.prepare == std::vector<Run>{{{"ifdown", "eth0"}}});
    CHECK(step.activate == std::vector<Run>{{{"ifup", "eth0"}, {}, true}});
}

// The kernel brings up no VLAN whose device is down (vlan_dev_open()).
TEST_CASE("A VLAN comes up when its device has, in its own turn", "[interfaces]")
{
    auto network = network_of_values({{"ETH0_MAC", "02:00:0a:00:00:02"},
                                      {"ETH0_IP", "10.0.0.2/24"},
                                      {"PCI0_MAC", "02:00:0a:00:00:03"},
                                      {"PCI0_VLAN_ID", "100"},
                                      {"PCI0_IP", "10.1.0.2/24"},
                                      {"PCI1_MAC", "02:00:0a:00:00:04"},
                                      {"PCI1_VLAN_ID", "200"},
                                      {"PCI1_IP", "10.2.0.2/24"}});
    network.nics.at(1).device = "ens1";
    network.nics.at(2).device = "wide-name-a1";
    auto up = [](std::string device, bool beside) {
        return Run{{"ifup", std::move(device)}, {}, beside};
    };
    CHECK(plan(network, MemoryTree()).activate ==
          std::vector<Run>{up("ens1", true), up("eth0", true), up("wide-name-a1", true),
                           up("ens1.100", false), up("vlan200", false)});
}

TEST_CASE("ifupdown2 is not run beside itself")
{
    MemoryTree tree;
    tree.file("/etc/network/interfaces", "")
        .link("/sbin/ifup", "/usr/share/ifupdown2/sbin/ifupdown2");
    auto step = plan(network_of_nic({{"IP", "10.0.0.2/24"}}), tree);
    CHECK(step.activate == std::vector<Run>{{{"ifup", "eth0"}}});
}

}  // namespace
}  // namespace onectx::test
