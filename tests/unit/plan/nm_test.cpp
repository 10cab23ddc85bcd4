// Whom NetworkManager is told of, and how; its files are in the golden trees.
#include "guest/net/nm.h"

#include "tests/support/catch.h"
#include "tests/support/memory_tree.h"
#include "tests/support/network_samples.h"

namespace onectx::test {
namespace {

TEST_CASE("A new profile is brought up, one that was there is applied anew, neither is waited for",
          "[nm]")
{
    auto network = network_of_values({{"ETH0_MAC", "02:00:0a:00:00:02"},
                                      {"ETH0_IP", "10.0.0.2/24"},
                                      {"ETH1_MAC", "02:00:0a:00:00:03"},
                                      {"ETH1_METHOD", "dhcp"}});
    MemoryTree tree;
    const std::string folder = "/etc/NetworkManager/system-connections";
    tree.file(folder + "/onectx-eth0.nmconnection", render_nm(network.nics.at(0), 0));
    auto planned = plan_nm(network, false, tree);
    REQUIRE(planned);
    const std::vector<Run> expected{
        {{"nmcli", "connection", "reload"}},
        {{"nmcli", "device", "reapply", "eth0"}, {folder + "/onectx-eth0.nmconnection"}, true},
        {{"nmcli", "--wait", "0", "connection", "up", "onectx-eth1"},
         {folder + "/onectx-eth1.nmconnection"},
         true}};
    CHECK(planned->step.activate == expected);
}

TEST_CASE("A VLAN is brought up behind its device and not beside it", "[nm]")
{
    auto network = network_of_values(
        {{"PCI0_MAC", "02:00:0a:00:00:03"}, {"PCI0_VLAN_ID", "100"}, {"PCI0_IP", "10.1.0.2/24"}});
    network.nics.at(0).device = "ens1";
    auto planned = plan_nm(network, false, MemoryTree());
    REQUIRE(planned);
    const auto& activate = planned->step.activate;
    REQUIRE(activate.size() == 3);
    CHECK(activate[1].argv.back() == "onectx-pci0");
    CHECK(activate[1].beside);
    CHECK(activate[2].argv.back() == "onectx-pci0-vlan");
    CHECK_FALSE(activate[2].beside);
}

}  // namespace
}  // namespace onectx::test
