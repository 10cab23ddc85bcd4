// Addresses out of MACs, for machines without a context.
#include "guest/model/mac_to_ip.h"

#include "tests/support/catch.h"

namespace onectx::test {
namespace {

NetworkDevice device(const std::string& name, const std::string& mac,
                     const std::string& bus = "pci")
{
    NetworkDevice nic;
    nic.name = name;
    nic.mac = parse_mac(mac).value();
    nic.bus = bus;
    return nic;
}

std::vector<std::string> lines_of(const Context& context)
{
    std::vector<std::string> lines;
    for (const auto& [name, value] : context)
        lines.push_back(name + "=" + value.text);
    return lines;
}

using Lines = std::vector<std::string>;

TEST_CASE("The address that a MAC spells", "[mac-to-ip]")
{
    CHECK(lines_of(context_of_macs({device("ens3", "02:00:c0:a8:46:96")}, {})) ==
          Lines{"ETH0_GATEWAY=192.168.70.1", "ETH0_IP=192.168.70.150", "ETH0_MAC=02:00:c0:a8:46:96",
                "ETH0_MASK=255.255.255.0"});
    CHECK(context_of_macs({device("ens3", "52:54:00:a8:46:96")}, {}).empty());
    MacToIp other;
    other.octets = {0x52, 0x54};
    CHECK(context_of_macs({device("ens3", "52:54:00:a8:46:96")}, other).size() == 4);
}

TEST_CASE("Which devices count, and in which order", "[mac-to-ip]")
{
    auto context = context_of_macs(
        {device("eth10", "02:00:0a:00:00:0a"), device("eth2.7", "02:00:0a:00:00:03", ""),
         device("eth2", "02:00:0a:00:00:03"), device("lxcbr0", "02:00:0a:00:00:09", "")},
        {});
    CHECK(context["ETH0_IP"].text == "10.0.0.3");
    CHECK(context["ETH1_IP"].text == "10.0.0.10");
    CHECK(context["ETH2_IP"].text == "10.0.0.9");
    CHECK_FALSE(context.contains("ETH3_IP"));
    CHECK_FALSE(context.contains("ETH1_GATEWAY"));
}

TEST_CASE("The gateway by guest.conf", "[mac-to-ip]")
{
    struct Row {
        MacGateway gateway;
        unsigned prefix;
        std::string expected;
    };
    auto row = GENERATE(values<Row>({
        {MacGateway::none, 24, ""},
        {MacGateway::first, 16, "192.168.0.1"},
        {MacGateway::last, 24, "192.168.70.254"},
        {MacGateway::last, 20, "192.168.79.254"},
        {MacGateway::fixed, 24, "10.9.9.9"},
    }));
    MacToIp rule;
    rule.gateway = row.gateway;
    rule.prefix = row.prefix;
    rule.fixed_gateway = parse_ipv4("10.9.9.9").value();
    auto context = context_of_macs({device("eth0", "02:00:c0:a8:46:96")}, rule);
    CHECK(context["ETH0_GATEWAY"].text == row.expected);
    // Nobody is a gateway of its own.
    rule.gateway = MacGateway::first;
    rule.prefix = 24;
    CHECK_FALSE(
        context_of_macs({device("eth0", "02:00:c0:a8:46:01")}, rule).contains("ETH0_GATEWAY"));
}

}  // namespace
}  // namespace onectx::test
