// Our DHCPv6 client against a small server (tests/support/dhcp6_server.py) and against dnsmasq,
// each in a network namespace of its own.
#include <algorithm>
#include <cstdlib>

#include "common/text.h"
#include "guest/system/dhcp/clients.h"
#include "tests/support/dhcp_network.h"

namespace onectx::test {

using std::literals::string_literals::operator""s;

namespace {

const DhcpWish kWish{.device = "eth0", .ipv6 = true};

void set_parameter(const std::string& name, const std::string& value)
{
    write_file("/proc/sys/net/ipv6/conf/" + name, value);
}

// Without duplicate address detection, which takes a second or two for each address.
struct Network : DhcpNetwork {
    std::string heard = (folder.path() / "heard").string();

    explicit Network(bool detects_duplicates = false)
    {
        if (detects_duplicates) return;
        set_parameter("eth0/dad_transmits", "0");
        ip("link set eth0 down");
        ip("link set eth0 up");
    }

    // The command, once peer0 is there with 2001:db8::1.
    void serve_ipv6(const std::string& command)
    {
        // Even without detection an address is tentative for a moment, and cannot be spoken from.
        serve(
            "for i in default all; do echo 0 >/proc/sys/net/ipv6/conf/$i/dad_transmits; done\n"
            "until ip addr add 2001:db8::1/64 dev peer0 2>/dev/null; do sleep 0.02; done\n"
            "ip link set peer0 up; ip link set lo up\n"
            "until ip -6 addr show dev peer0 scope link -tentative | grep -q fe80\n"
            "do sleep 0.02; done\n" +
            command);
    }

    void serve_small(const std::string& settings, const std::string& before = "true")
    {
        serve_ipv6(before + "; exec python3 -B " +
                   (source_folder() / "tests/support/dhcp6_server.py").string() + " peer0 " +
                   heard + " address=2001:db8::50 " + settings);
    }

    // What the server was told, a word each.
    [[nodiscard]] std::string told() const
    {
        const auto text = std::filesystem::exists(heard) ? read_file(heard) : "";
        std::vector<std::string> words;
        for (auto line : split_lines(text))
            if (auto parts = split_words(line); !parts.empty()) words.push_back(parts[0]);
        return join(words, " ");
    }

    [[nodiscard]] std::string record() const
    {
        return read_file(folder.path() / "run/onectx/dhcp6-eth0");
    }

    [[nodiscard]] bool was_told(const std::string& what) const
    {
        return told().find(what) != std::string::npos;
    }
};

std::string addresses()
{
    return ip_output("-6 addr show dev eth0 scope global");
}

bool has_address()
{
    return addresses().find("inet6 2001:db8::50/128") != std::string::npos;
}

// The seconds behind this word of the address.
int seconds_of(const std::string& word)
{
    auto words = split_words(addresses());
    auto found = std::find(words.begin(), words.end(), word);
    return found == words.end() ? 0 : std::atoi((found + 1)->c_str());
}

}  // namespace

TEST_CASE("a lease of IPv6 is asked for, set, and given back", "[live]")
{
    Network network;
    network.serve_small("preferred=1800 valid=3600" + GENERATE(""s, " offer=1"s));
    auto client = network.client(kWish);
    REQUIRE(wait_until([&] { return has_address() && std::filesystem::exists(network.news); }));
    CHECK(seconds_of("valid_lft") > 3500);
    CHECK(seconds_of("preferred_lft") > 1700);
    CHECK(seconds_of("preferred_lft") <= 1800);
    CHECK(network.record() ==
          "client6 eth0\naddress 2001:db8::50/128\nnameserver 2001:db8::53\n"
          "search example.org\n");
    CHECK(read_file(network.news) == "x");
    // From the link-local address.
    CHECK(read_file(network.heard).find("solicit fe80::aff:fe00:2\n") != std::string::npos);
    auto running = running_dhcp_clients(network.root);
    REQUIRE(running);
    CHECK(*running == std::vector<DhcpWish>{kWish});
    // The other family has nothing to do with it.
    CHECK(end_dhcp_client({.device = "eth0"}, network.root));
    CHECK(has_address());

    SECTION("given back")
    {
        REQUIRE(end_dhcp_client(kWish, network.root));
        CHECK(client->wait() == 0);
        CHECK_FALSE(has_address());
        CHECK(wait_until([&] { return network.told().ends_with("release"); }));
        CHECK(running_dhcp_clients(network.root)->empty());
    }
    SECTION("ended with the machine: the link stays as it is, and the next one takes it up")
    {
        CHECK(client->end(SIGTERM) == 0);
        CHECK(has_address());
        const auto once = network.told();
        auto next = network.client(kWish);
        REQUIRE(wait_until([&] { return network.told().size() > once.size(); }));
        REQUIRE(wait_until([&] { return network.record().find("address") != std::string::npos; }));
        CHECK(end_dhcp_client(kWish, network.root));
        CHECK_FALSE(has_address());
    }
    SECTION("the link goes down and comes back")
    {
        ip("link set eth0 down");
        REQUIRE(wait_until([] { return !has_address(); }));
        ip("link set eth0 up");
        CHECK(wait_until(has_address));
    }
    SECTION("the NIC is unplugged")
    {
        ip("link del eth0");
        CHECK(client->wait() == 0);
        CHECK_FALSE(std::filesystem::exists(network.folder.path() / "run/onectx/dhcp6-eth0"));
    }
}

TEST_CASE("a lease of IPv6 is renewed in time, and without a server it ends", "[live]")
{
    Network network;
    network.serve_small("preferred=6 valid=7");
    auto client = network.client(kWish);
    REQUIRE(wait_until(has_address));
    // Half of six seconds later it is asked for again, and the times begin anew.
    REQUIRE(wait_until([] { return seconds_of("valid_lft") <= 5; }));
    REQUIRE(wait_until([] { return seconds_of("valid_lft") >= 6; }));
    CHECK(network.was_told("renew"));
    // A server that hears and says nothing any more.
    kill(network.server->pid(), SIGSTOP);
    REQUIRE(wait_until([] { return !has_address(); }));
    CHECK(wait_until([&] { return network.record() == "client6 eth0\n"; }));
}

TEST_CASE("no server of IPv6 is there: the client waits, and can be ended", "[live]")
{
    Network network;
    auto client = network.client(kWish);
    REQUIRE(wait_until([&] { return !running_dhcp_clients(network.root)->empty(); }));
    std::this_thread::sleep_for(std::chrono::milliseconds(1500));
    CHECK_FALSE(has_address());
    REQUIRE(end_dhcp_client(kWish, network.root));
    CHECK(client->wait() == 0);
}

TEST_CASE("answers of IPv6 that nobody may take are not taken", "[live]")
{
    Network network;
    network.serve_small("hostile=1 preferred=4294967295 valid=4294967295");
    auto client = network.client(kWish);
    REQUIRE(wait_until(has_address));
    CHECK(addresses().find("bad") == std::string::npos);
    CHECK(addresses().find("valid_lft forever") != std::string::npos);
    CHECK(ip_output("-6 addr show dev eth0").find("::bad") == std::string::npos);
    CHECK(network.told() == "solicit");
}

TEST_CASE("an address that a static one has already stays static", "[live]")
{
    Network network;
    ip("addr add 2001:db8::50/64 dev eth0");
    network.serve_small("preferred=1800 valid=3600");
    auto client = network.client(kWish);
    REQUIRE(wait_until([&] { return std::filesystem::exists(network.news); }));
    CHECK(addresses().find("2001:db8::50/64") != std::string::npos);
    CHECK(addresses().find("valid_lft forever") != std::string::npos);
    REQUIRE(end_dhcp_client(kWish, network.root));
    CHECK(addresses().find("2001:db8::50/64") != std::string::npos);
}

TEST_CASE("an address that another machine has is declined", "[live]")
{
    Network network(true);
    network.serve_small("preferred=1800 valid=3600", "ip addr add 2001:db8::50/64 dev peer0");
    auto client = network.client(kWish);
    REQUIRE(wait_until([&] { return network.was_told("decline"); }));
    CHECK(wait_until([] { return !has_address(); }));
}

TEST_CASE("dnsmasq gives a lease of IPv6", "[live]")
{
    Network network;
    network.serve_ipv6(
        "exec dnsmasq --keep-in-foreground --conf-file=/dev/null --port=0 --leasefile-ro "
        "--user=root --pid-file --log-dhcp --log-facility=- --interface=peer0 --enable-ra "
        "--dhcp-range=2001:db8::50,2001:db8::50,64,1h "
        "--dhcp-option=option6:dns-server,[2001:db8::53] "
        "--dhcp-option=option6:domain-search,example.org");
    auto client = network.client(kWish);
    REQUIRE(wait_until([&] { return has_address() && std::filesystem::exists(network.news); }));
    CHECK(seconds_of("valid_lft") > 3500);
    CHECK(network.record() ==
          "client6 eth0\naddress 2001:db8::50/128\nnameserver 2001:db8::53\n"
          "search example.org\n");
    // The way to others is the business of announcements.
    CHECK(wait_until(
        [] { return ip_output("-6 route show default").find("proto ra") != std::string::npos; }));
    REQUIRE(end_dhcp_client(kWish, network.root));
    CHECK_FALSE(has_address());
    auto server_log = network.folder.path() / "server.log";
    CHECK(
        wait_until([&] { return read_file(server_log).find("DHCPRELEASE") != std::string::npos; }));
}

}  // namespace onectx::test
