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
