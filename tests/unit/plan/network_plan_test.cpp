// plan_network(): which device is a NIC's, and what each back-end makes of wishes it cannot grant.
#include "common/text.h"
#include "guest/plan/plan.h"
#include "tests/support/catch.h"
#include "tests/support/machine.h"
#include "tests/support/network_samples.h"

namespace onectx::test {
namespace {

TEST_CASE("plan_network finds the device by its MAC", "[network]")
{
    Settings settings;
    settings.network = network_of_nic({{"METHOD", "dhcp"}});
    settings.network->nics[0].device.clear();
    auto mac = *parse_mac("02:00:0a:00:00:02"), other = *parse_mac("02:00:0a:00:00:99");
    MemoryTree tree;
    Policy policy;
    auto device_for = [&](std::vector<NetworkDevice> devices) {
        Facts facts{.nics = std::move(devices)};
        auto planned = plan_network({settings, policy, facts, tree, "interfaces"});
        REQUIRE(planned);
        if (planned->step.activate.empty()) return planned->problems.at(0).message;
        return planned->step.activate[0].argv.at(1);
    };
    CHECK(device_for({{.name = "ens3", .mac = mac, .bus = "pci"}}) == "ens3");
    CHECK(device_for({{.name = "br0", .mac = mac}, {.name = "ens3", .mac = mac, .bus = "pci"}}) ==
          "ens3");
    CHECK(device_for({{.name = "ens3", .mac = mac, .bus = "pci"},
                      {.name = "ens4", .mac = other, .permanent_mac = mac, .bus = "pci"}}) ==
          "ens4");
    CHECK(device_for({{.name = "veth0", .mac = mac}}) == "veth0");
    CHECK(device_for({{.name = "ens3", .mac = other}}) ==
          "no device with MAC 02:00:0a:00:00:02 yet");
    CHECK(device_for({{.name = "eth0", .mac = mac, .initialized = false}}) ==
          "the device with MAC 02:00:0a:00:00:02 has no final name yet");
}

TEST_CASE("which NICs a stage waits for", "[network]")
{
    Settings settings;
    settings.network = network_of_values({{"ETH0_MAC", "02:00:0a:00:00:02"},
                                          {"ETH0_IP", "10.0.0.2/24"},
                                          {"PCI0_MAC", "02:00:0a:00:00:03"},
                                          {"PCI0_VLAN_ID", "100"},
                                          {"PCI0_IP", "10.1.0.2/24"},
                                          {"PCI1_ADDRESS", "0000:00:1e.0"},
                                          {"PCI1_IP", "10.2.0.2/24"}});
    REQUIRE(settings.network->nics.size() == 3);
    auto waited_for = [&](std::string_view backend, Stage stage) {
        std::string names;
        for (const auto& nic : nics_to_wait_for(settings, backend, stage))
            names += label_of(nic) + " ";
        return names;
    };
    struct Row {
        std::string_view backend, local, all;
    };
    auto row = GENERATE(Row{"interfaces", "eth0 pci0 pci1 ", "eth0 pci0 pci1 "},
                        Row{"scripts", "eth0 pci0 pci1 ", "eth0 pci0 pci1 "},
                        Row{"netlink", "eth0 pci0 pci1 ", "eth0 pci0 pci1 "},
                        Row{"networkd", "pci0 pci1 ", "eth0 pci0 pci1 "},
                        Row{"netplan", "pci0 pci1 ", "eth0 pci0 pci1 "},
                        Row{"nm", "pci0 pci1 ", "eth0 pci0 pci1 "}, Row{"none", "", ""});
    CAPTURE(row.backend);
    CHECK(waited_for(row.backend, Stage::local) == row.local);
    CHECK(waited_for(row.backend, Stage::all) == row.all);
    settings.router.emplace();
    CHECK(waited_for(row.backend, Stage::local) == row.all);
}

TEST_CASE("before the network a file that matches by MAC needs no device", "[network]")
{
    struct Row {
        std::string_view backend;
        Stage stage;
        std::string message;  // empty: there is a file, and nothing to say
    };
    const std::string unnamed = "the device with MAC 02:00:0a:00:00:02 has no final name yet";
    const std::string absent = "no device with MAC 02:00:0a:00:00:02 yet";
    auto row = GENERATE_COPY(values<Row>({{"interfaces", Stage::local, "said"},
                                          {"networkd", Stage::local, ""},
                                          {"netplan", Stage::local, ""},
                                          {"nm", Stage::local, ""},
                                          {"networkd", Stage::network, "said"},
                                          {"networkd", Stage::all, "said"}}));
    CAPTURE(row.backend, to_text(row.stage));
    Settings settings;
    settings.network = network_of_nic({{"IP", "10.0.0.2/24"}, {"MTU", "9000"}});
    auto& nic = settings.network->nics[0];
    nic.device.clear();
    MemoryTree tree;
    Policy policy;
    Facts facts;
    auto expected = [&](const std::string& message) {
        return row.message.empty() ? "" : "warning ETH0_MAC: " + message + "\n";
    };
    auto plan = [&] {
        auto planned =
            plan_network({settings, policy, facts, tree, std::string(row.backend), row.stage});
        REQUIRE(planned);
        CHECK(planned->step.changes.empty() ==
              (row.stage == Stage::network || row.backend == "interfaces"));
        return join(to_lines(planned->problems), "\n") + (planned->problems.empty() ? "" : "\n");
    };
    CHECK(plan() == expected(absent));
    facts.nics = {{.name = "eth7", .mac = *nic.mac, .bus = "pci", .initialized = false}};
    CHECK(plan() == expected(unnamed));

    // The kernel's own name is enough to know what the driver refuses.
    facts.network.emplace();
    facts.network->links = {
        {.index = 2, .name = "eth7", .mac = *nic.mac, .min_mtu = 68, .max_mtu = 1500}};
    CHECK(plan() ==
          expected(unnamed) + "warning ETH0_MTU: eth7 takes no MTU of 9000; it is left as it is\n");
}

TEST_CASE("plan_network: IPv6 is not switched off at the expense of IPv4", "[network]")
{
    Settings settings;
    settings.network = network_of_nic({{"METHOD", "skip"}, {"IP6_METHOD", "disable"}});
    MemoryTree tree;
    Policy policy;
    Facts facts{.nics = {{.name = "ens3", .mac = *parse_mac("02:00:0a:00:00:02"), .bus = "pci"}}};
    for (std::string backend : {"netplan", "networkd", "nm", "scripts"}) {
        auto planned = plan_network({settings, policy, facts, tree, backend});
        CHECK(planned->step.changes.empty());
        CHECK(to_lines(planned->problems) ==
              std::vector<std::string>{
                  "warning ETH0_IP6_METHOD: the back-end " + backend +
                  " cannot switch IPv6 off and leave IPv4 as it is; the interface is left alone"});
    }
    auto planned = plan_network({settings, policy, facts, tree, "interfaces"});
    CHECK(planned->step.changes.size() == 1);
    CHECK(planned->problems.empty());
}

TEST_CASE("plan_network: nothing, or an error that names the back-end", "[network]")
{
    Settings settings;
    MemoryTree tree;
    Policy policy;
    Facts facts;
    CHECK(plan_network({settings, policy, facts, tree, "netplan"})->step.changes.empty());
    settings.network = network_of_nic({{"METHOD", "dhcp"}});
    CHECK(plan_network({settings, policy, facts, tree, "none"})->step.changes.empty());
    CHECK(plan_network({settings, policy, facts, tree, "networkd"})->step.changes.size() == 1);
    auto planned = plan_network({settings, policy, facts, tree, "bsd"});
    REQUIRE_FALSE(planned);
    CHECK(planned.error().message == "the bsd back-end cannot be written yet");
    policy.network = Rule::off;
    CHECK(plan_network({settings, policy, facts, tree, "netplan"})->step.changes.empty());
}

}  // namespace
}  // namespace onectx::test
