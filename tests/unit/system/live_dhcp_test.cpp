// Our DHCP client against busybox' udhcpd, each in a network namespace of its own.
#include <algorithm>
#include <cstdlib>

#include "common/text.h"
#include "guest/system/dhcp/clients.h"
#include "tests/support/dhcp_network.h"

namespace onectx::test {
namespace {

const DhcpWish kWish{.device = "eth0", .metric = 7};

struct Network : DhcpNetwork {
    // Gives 10.0.0.50 to everybody, for so many seconds.
    void serve_ipv4(int seconds)
    {
        auto file = (folder.path() / "udhcpd.conf").string();
        auto leases = (folder.path() / "leases").string();
        write_file(leases, "");
        write_file(file,
                   "start 10.0.0.50\nend 10.0.0.50\ninterface peer0\nmin_lease 2\n"
                   "lease_file " +
                       leases + "\npidfile " + leases +
                       ".pid\n"
                       "option subnet 255.255.255.0\noption router 10.0.0.1\n"
                       "option dns 10.0.0.53\noption domain example.org\noption mtu 1400\n"
                       "option lease " +
                       std::to_string(seconds) + "\n");
        serve(
            "until ip addr add 10.0.0.1/24 dev peer0 2>/dev/null; do sleep 0.02; done\n"
            "ip link set peer0 up; exec busybox udhcpd -f " +
            file);
    }
};

bool has_address()
{
    return ip_output("-4 addr show dev eth0").find("inet 10.0.0.50/24") != std::string::npos;
}

// The seconds that the address has still to live.
int lifetime()
{
    auto words = split_words(ip_output("-4 addr show dev eth0 to 10.0.0.0/24"));
    auto found = std::find(words.begin(), words.end(), "valid_lft");
    return found == words.end() ? 0 : std::atoi((found + 1)->c_str());
}

}  // namespace

TEST_CASE("a lease is asked for, set, and given back", "[live]")
{
    Network network;
    network.serve_ipv4(3600);
    // Somebody's own, with which a route can stay.
    ip("addr add 192.0.2.1/24 dev eth0");
    ip("route add 10.9.0.0/16 via 192.0.2.7");
    auto client = network.client(kWish);
    REQUIRE(wait_until([&] {
        return has_address() && !ip_output("route show default").empty() &&
               std::filesystem::exists(network.news);
    }));
    CHECK(trim(ip_output("route show default")) ==
          "default via 10.0.0.1 dev eth0 proto dhcp src 10.0.0.50 metric 7");
    CHECK(lifetime() > 3500);
    CHECK(ip_output("link show eth0").find("mtu 1400") != std::string::npos);
    CHECK(read_file(network.folder.path() / "run/onectx/dhcp-eth0") ==
          "client eth0 7\naddress 10.0.0.50/24\nnameserver 10.0.0.53\nsearch example.org\n");
    CHECK(read_file(network.news) == "x");
    auto running = running_dhcp_clients(network.root);
    REQUIRE(running);
    CHECK(*running == std::vector<DhcpWish>{kWish});

    SECTION("a second one for the same link is refused")
    {
        auto second = network.client(kWish);
        CHECK(WEXITSTATUS(second->wait()) == 1);
        CHECK(read_file(network.folder.path() / "error").starts_with("another run holds the lock"));
    }
    SECTION("given back")
    {
        REQUIRE(end_dhcp_client(kWish, network.root));
        CHECK(client->wait() == 0);
        CHECK_FALSE(has_address());
        CHECK(trim(ip_output("route show")).find("10.0.0.") == std::string_view::npos);
        CHECK(ip_output("route show").find("10.9.0.0/16 via 192.0.2.7") != std::string::npos);
        CHECK(running_dhcp_clients(network.root)->empty());
        CHECK(end_dhcp_client(kWish, network.root));
    }
    SECTION("ended with the machine: the link stays as it is")
    {
        CHECK(client->end(SIGTERM) == 0);
        CHECK(has_address());
        CHECK(running_dhcp_clients(network.root)->empty());
    }
    SECTION("the NIC is unplugged")
    {
        ip("link del eth0");
        CHECK(client->wait() == 0);
        CHECK_FALSE(std::filesystem::exists(network.folder.path() / "run/onectx/dhcp-eth0"));
    }
}

TEST_CASE("a lease is renewed in time, and without a server it ends", "[live]")
{
    Network network;
    network.serve_ipv4(6);
    auto client = network.client(kWish);
    REQUIRE(wait_until(has_address));
    // Half of six seconds later it is asked for again, and the six seconds begin anew. Before that,
    // four are left for a whole second, which a busy machine sees too.
    REQUIRE(wait_until([] { return lifetime() <= 4; }));
    REQUIRE(wait_until([] { return lifetime() >= 5; }));
    // A server that hears and says nothing any more.
    kill(network.server->pid(), SIGSTOP);
    REQUIRE(wait_until([] { return !has_address(); }));
}

}  // namespace onectx::test
