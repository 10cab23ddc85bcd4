// The names that a NIC has, and PCI NICs as a context gives them.
#include "guest/model/nic.h"

#include "guest/model/network_settings.h"
#include "tests/support/catch.h"
#include "tests/support/machine.h"
#include "tests/support/network_samples.h"

namespace onectx::test {
namespace {

TEST_CASE("Names of a NIC", "[nic]")
{
    Nic nic;
    nic.is_pci = true;
    nic.id = 12;
    nic.device = "ens5";
    nic.vlan = 100;
    CHECK(variables_of(nic) == "PCI12");
    CHECK(label_of(nic) == "pci12");
    CHECK(vlan_device(nic) == "ens5.100");
    nic.device = "enp130s0f1v12";
    CHECK(vlan_device(nic) == "vlan100");
    nic.device = "ens12345678";
    CHECK(vlan_device(nic) == "ens12345678.100");
}

TEST_CASE("Names of devices that may stand in a file", "[nic]")
{
    for (const auto* name : {"eth0", "ens5.100", "wlan-0", "_x", "a23456789012345"})
        CHECK(is_plain_device(name));
    for (const auto* name :
         {"", "-x", ".x", "a b", "a;b", "a\nb", "a$b", "a:1", "a234567890123456"})
        CHECK_FALSE(is_plain_device(name));
}

TEST_CASE("Resolver settings of the machine come first, none twice", "[nic]")
{
    Network network;
    network.nameservers = {parse_ip("9.9.9.9").value()};
    network.search_domains = {"g.example"};
    Nic nic;
    nic.nameservers = {parse_ip("8.8.8.8").value(), parse_ip("9.9.9.9").value()};
    nic.search_domains = {"a.example", "G.Example"};
    put_resolver_first(network, nic);
    CHECK(nic.nameservers ==
          std::vector<IpAddress>{parse_ip("9.9.9.9").value(), parse_ip("8.8.8.8").value()});
    CHECK(nic.search_domains == std::vector<std::string>{"g.example", "a.example"});
}

struct Made {
    std::optional<Network> network;
    std::vector<std::string> problems;
};

Made make(const ContextValues& values)
{
    Context context;
    for (const auto& [name, text] : values)
        context[name] = {text};
    std::vector<Problem> problems;
    auto network = make_network(context, Policy{}, problems);
    return {std::move(network), to_lines(problems)};
}

TEST_CASE("A device that is handed through is a NIC when something is wanted of it", "[nic]")
{
    CHECK_FALSE(make({{"PCI0_ADDRESS", "01:00.0"}}).network);
    CHECK(make({{"PCI0_ADDRESS", "01:00.0"}}).problems.empty());
    CHECK_FALSE(make({{"PCI0_IP", "10.0.0.2/24"}}).network);
    CHECK(make({{"PCI0_IP", "10.0.0.2/24"}}).problems ==
          std::vector<std::string>{"warning PCI0_MAC: not set, so the interface is left out"});

    auto made = make({{"PCI0_ADDRESS", "01:0A.1"}, {"PCI0_IP", "10.0.0.2/24"}});
    REQUIRE(made.network);
    REQUIRE(made.network->nics.size() == 1);
    CHECK(made.network->nics[0].pci_address == "0000:01:0a.1");
    CHECK_FALSE(made.network->nics[0].mac);
    CHECK(made.problems.empty());
}

TEST_CASE("PCI addresses", "[nic]")
{
    struct Row {
        std::string text, expected;
    };
    auto row = GENERATE(values<Row>({
        {"01:00.0", "0000:01:00.0"},
        {"0001:01:00.0", "0001:01:00.0"},
        {"0000:FF:1f.7", "0000:ff:1f.7"},
        {"1:00.0", ""},
        {"01:00", ""},
        {"01:00.0.0", ""},
        {"01:00.0\nName=x", ""},
        {"0000:01:*.0", ""},
    }));
    CAPTURE(row.text);
    auto made = make(
        {{"PCI0_ADDRESS", row.text}, {"PCI0_MAC", "02:00:0a:00:00:02"}, {"PCI0_METHOD", "dhcp"}});
    REQUIRE(made.network);
    CHECK(made.network->nics.at(0).pci_address == row.expected);
    CHECK(made.problems.empty() == !row.expected.empty());
}

TEST_CASE("ETHx come before PCIx, and nobody is there twice", "[nic]")
{
    auto made = make({{"PCI0_ADDRESS", "01:00.0"},
                      {"PCI0_METHOD", "dhcp"},
                      {"PCI1_ADDRESS", "0000:01:00.0"},
                      {"PCI1_METHOD", "dhcp"},
                      {"PCI2_MAC", "02:00:0a:00:00:02"},
                      {"PCI2_METHOD", "dhcp"},
                      {"ETH10_MAC", "02:00:0a:00:00:02"},
                      {"ETH10_METHOD", "dhcp"},
                      {"ETH9_MAC", "02:00:0a:00:00:09"},
                      {"ETH9_METHOD", "skip"}});
    REQUIRE(made.network);
    std::vector<std::string> names;
    for (const auto& nic : made.network->nics)
        names.push_back(variables_of(nic));
    CHECK(names == std::vector<std::string>{"ETH10", "PCI0"});
    REQUIRE(made.network->skipped.size() == 1);
    CHECK(variables_of(made.network->skipped[0]) == "ETH9");
    CHECK(made.problems ==
          std::vector<std::string>{
              "error PCI1_ADDRESS: 0000:01:00.0 is that of PCI0 already; the interface is left out",
              "error PCI2_MAC: 02:00:0a:00:00:02 is that of ETH10 already; the interface is left "
              "out"});
}

}  // namespace
}  // namespace onectx::test
