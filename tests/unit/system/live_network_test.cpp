// The network of a running system, changed for real: veth devices in a network namespace of the
// test's own, planned, changed over rtnetlink and looked at with ip(8), which is not our code.
#include <arpa/inet.h>
#include <net/if.h>
#include <sys/socket.h>

#include <functional>

#include "common/text.h"
#include "guest/plan/contextualize.h"
#include "guest/plan/link_record.h"
#include "guest/plan/links.h"
#include "guest/plan/prune.h"
#include "guest/system/apply.h"
#include "guest/system/link_change.h"
#include "guest/system/nics.h"
#include "guest/system/rtnetlink.h"
#include "tests/support/catch.h"
#include "tests/support/files.h"
#include "tests/support/machine.h"
#include "tests/support/network_namespace.h"
#include "tests/support/network_samples.h"

namespace onectx::test {

using std::literals::chrono_literals::operator""ms;
namespace fs = std::filesystem;

namespace {

const std::string kMac0 = "02:00:0a:00:00:02";
const std::string kMac1 = "02:00:0a:01:00:02";

struct FakeRunner : Runner {
    std::vector<std::string> ran;
    std::function<void()> effect = [] {};
    Result<void> run(const std::vector<std::string>& argv) override
    {
        ran.push_back(join(argv, " "));
        effect();
        return {};
    }
};

// A machine with the device eth0, whose network is its own; its files are in a folder.
struct Machine {
    NetworkNamespace space;
    TemporaryFolder folder;
    Root root = std::move(*Root::open(folder.path().string()));
    FakeRunner runner;
    SystemKernel kernel;
    std::string backend = "netlink";
    ContextValues context{{"ETH0_MAC", kMac0}, {"ETH0_IP", "10.0.0.2/24"}};
    Plan plan;

    Machine()
    {
        INFO("a network namespace needs root");
        REQUIRE(space.made());
        write_file(folder.path() / "proc/sys/kernel/random/boot_id", "a-boot\n");
        ip("link set lo up");
        add_veth("eth0", kMac0, "peer0");
    }

    Report apply(Stage stage = Stage::all, std::chrono::milliseconds limit = 5'000ms)
    {
        ShellVars vars;
        for (const auto& [name, text] : context)
            vars.context[name] = {text};
        auto facts = test::Machine::facts_of_tests();
        facts.privileged = true;
        auto nics = nics_of_kernel(root);
        REQUIRE(nics);
        facts.nics = *nics;
        auto network = read_network();
        REQUIRE(network);
        facts.network = *network;
        Policy policy;
        auto planned = contextualize(vars, policy, facts, root, stage, backend);
        plan = prune(planned.plan, root, facts);
        auto again = [&](std::string_view step) {
            return planned.replan(step, policy, facts, root);
        };
        runner.ran.clear();
        return onectx::apply(plan, root, runner, kernel, again,
                             {.activate = stage == Stage::all,
                              .verify = stage != Stage::local,
                              .verify_limit = limit});
    }

    // All went well, and doing it again changes nothing.
    void apply_well()
    {
        auto report = apply();
        INFO(message_of(report));
        CHECK_FALSE(report.failed());
        CHECK(message_of(report).empty());
        CHECK(apply().result() == "unchanged");
        for (const auto& step : plan.steps)
            CHECK(step.changes.empty());
    }

    static std::string message_of(const Report& report)
    {
        std::vector<std::string> messages;
        for (const auto& step : report.steps)
            if (!step.message.empty()) messages.push_back(step.name + ": " + step.message);
        return join(messages, "\n");
    }

    void set(const std::string& name, const std::string& value)
    {
        context.emplace_back(name, value);
    }
    void unset(std::string_view prefix)
    {
        std::erase_if(context, [&](const auto& one) { return one.first.starts_with(prefix); });
    }
};

// "10.0.0.2/24 10.0.0.3/24", as ip(8) says it.
std::string addresses(const std::string& device, const std::string& family = "-4")
{
    std::vector<std::string> found;
    auto text = ip_output(family + " -o addr show dev " + device + " scope global");
    for (auto line : split_lines(text))
        found.push_back(split_words(line).at(3));
    return join(found, " ");
}

// The lines of `ip route`, trimmed, without those that the kernel made.
std::vector<std::string> routes(const std::string& family = "-4")
{
    std::vector<std::string> found;
    auto text = ip_output(family + " route show table main");
    for (auto line : split_lines(text))
        if (line.find("proto kernel") == std::string_view::npos && !line.starts_with("fe80"))
            found.emplace_back(trim(line));
    return found;
}

using Lines = std::vector<std::string>;

LinkItem item(std::string_view text)
{
    auto parsed = parse_link_item(text);
    REQUIRE(parsed);
    return *parsed;
}

// A TCP connection over the machine's own address, open through whatever the test does.
class Connection {
  public:
    Connection()
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        inet_pton(AF_INET, "10.0.0.2", &address.sin_addr);
        auto* where = reinterpret_cast<sockaddr*>(&address);
        socklen_t size = sizeof(address);
        const Fd listener(socket(AF_INET, SOCK_STREAM, 0));
        REQUIRE(bind(listener.get(), where, size) == 0);
        REQUIRE(listen(listener.get(), 1) == 0);
        REQUIRE(getsockname(listener.get(), where, &size) == 0);
        client_ = Fd(socket(AF_INET, SOCK_STREAM, 0));
        REQUIRE(connect(client_.get(), where, size) == 0);
        server_ = Fd(accept(listener.get(), nullptr, nullptr));
        REQUIRE(server_.valid());
        const timeval limit{.tv_sec = 5, .tv_usec = 0};
        setsockopt(server_.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    }
    bool works()
    {
        char byte = 'x';
        return send(client_.get(), &byte, 1, MSG_NOSIGNAL) == 1 &&
               recv(server_.get(), &byte, 1, 0) == 1;
    }

  private:
    Fd client_, server_;
};

TEST_CASE("what ip(8) sets is read", "[live]")
{
    Machine machine;
    ip("addr add 10.0.0.2/24 dev eth0");
    ip("addr add 10.0.0.3/24 dev eth0");
    ip("addr add 2001:db8::2/64 dev eth0 nodad");
    ip("addr add 10.0.0.4/24 dev eth0 valid_lft 100 preferred_lft 100");
    ip("route add default via 10.0.0.1 metric 7 proto dhcp");
    ip("route add 10.9.0.0/16 via 10.0.0.7 onlink dev eth0 proto 79");
    ip("route add 10.8.0.0/16 dev eth0 table 100");
    ip("route add blackhole 10.7.0.0/16");
    ip("route add 10.6.0.0/16 nexthop via 10.0.0.8 nexthop via 10.0.0.9");
    ip("-6 route add default via fe80::1 dev eth0");
    ip("link set eth0 mtu 1400");

    auto network = read_network();
    REQUIRE(network);
    const auto* link = find_link(*network, {.device = "eth0", .mac = *parse_mac(kMac0)});
    REQUIRE(link != nullptr);
    CHECK(to_text(link->mac) == kMac0);
    CHECK(link->up);
    CHECK(link->running);
    CHECK(link->mtu == 1400);
    REQUIRE(link->ipv6);
    CHECK_FALSE(link->ipv6->disabled);
    CHECK(link->ipv6->accept_ra == 1);

    Lines held;
    for (const auto& address : network->addresses)
        if (address.link == link->index && address.global)
            held.push_back(to_text(address.prefix) + (address.permanent ? "" : " leased") +
                           (address.tentative ? " tentative" : ""));
    CHECK(held == Lines{"10.0.0.2/24", "10.0.0.3/24", "10.0.0.4/24 leased", "2001:db8::2/64"});
    Lines found;
    for (const auto& route : network->routes)
        if (route.link == link->index && route.protocol != 2)
            found.push_back(to_text(LinkItem{Route{route.destination, route.gateway, route.metric,
                                                   route.on_link}}) +
                            " proto " + std::to_string(route.protocol));
    CHECK(found == Lines{"0.0.0.0/0 via 10.0.0.1 metric 7 proto 16",
                         "10.9.0.0/16 via 10.0.0.7 metric 0 onlink proto 79",
                         "::/0 via fe80::1 metric 1024 proto 3"});
    // What does not belong to an Ethernet link is left out.
    for (const auto& address : network->addresses)
        CHECK(address.prefix.address != IpAddress{Ipv4{{127, 0, 0, 1}}});
}

TEST_CASE("a change of a link is made, and made again it is no error", "[live]")
{
    Machine machine;
    ip("link set eth0 down");
    LinkChange change{.device = "eth0",
                      .mac = *parse_mac(kMac0),
                      .up = true,
                      .mtu = 1400,
                      .ipv6 = Ipv6Mode::fixed,
                      .add = {item("10.0.0.2/32"), item("2001:db8::2/64"),
                              item("0.0.0.0/0 via 10.9.9.9 metric 100 onlink"),
                              item("169.254.16.9/32 via link"), item("::/0 via fe80::1")}};
    auto made = make_link_change(change);
    CHECK(made);
    CHECK(addresses("eth0") == "10.0.0.2/32");
    CHECK(addresses("eth0", "-6") == "2001:db8::2/64");
    CHECK(routes() == Lines{"default via 10.9.9.9 dev eth0 proto 79 metric 100 onlink",
                            "169.254.16.9 dev eth0 proto 79 scope link"});
    CHECK(routes("-6") == Lines{"default via fe80::1 dev eth0 proto 79 metric 1024 pref medium"});
    CHECK(ip_output("link show eth0").find("mtu 1400") != std::string::npos);
    CHECK(read_file("/proc/sys/net/ipv6/conf/eth0/accept_ra") == "0\n");

    change.add.resize(2);
    CHECK(make_link_change(change));
    LinkChange back{.device = "eth0",
                    .mac = *parse_mac(kMac0),
                    .remove = {item("10.0.0.2/32"), item("2001:db8::2/64"),
                               item("0.0.0.0/0 via 10.9.9.9 metric 100"),
                               item("169.254.16.9/32 via link"), item("::/0 via fe80::1")}};
    CHECK(make_link_change(back));
    CHECK(make_link_change(back));
    CHECK(addresses("eth0").empty());
    CHECK(addresses("eth0", "-6").empty());
    CHECK(routes().empty());
    CHECK(routes("-6").empty());

    back.mac = *parse_mac("02:00:0a:00:00:99");
    auto other = make_link_change(back);
    REQUIRE_FALSE(other);
    CHECK(other.error().message ==
          "eth0: there is no such device with MAC 02:00:0a:00:00:99 any more");
    change.add = {item("0.0.0.0/0 via 10.5.5.5"), item("10.0.0.9/24"),
                  item("8.0.0.0/8 via 10.6.6.6")};
    auto refused = make_link_change(change);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message ==
          "eth0: add 0.0.0.0/0 via 10.5.5.5: Network is unreachable; add 8.0.0.0/8 via 10.6.6.6: "
          "Network is unreachable");
    CHECK(addresses("eth0") == "10.0.0.9/24");
}

TEST_CASE("the first address of a net can go without the others, and without the routes", "[live]")
{
    Machine machine;
    for (const auto* address : {"10.0.0.2/24", "10.0.0.3/24", "10.0.0.9/24"})
        ip("addr add " + std::string(address) + " dev eth0");
    ip("route add default via 10.0.0.1");
    CHECK(make_link_change({.device = "eth0",
                            .mac = *parse_mac(kMac0),
                            .add = {item("10.0.0.5/24")},
                            .remove = {item("10.0.0.2/24")}}));
    CHECK(addresses("eth0") == "10.0.0.3/24 10.0.0.9/24 10.0.0.5/24");
    CHECK(routes() == Lines{"default via 10.0.0.1 dev eth0"});
    CHECK(read_file("/proc/sys/net/ipv4/conf/eth0/promote_secondaries") == "0\n");
}

TEST_CASE("five aliases come and go in a row, and what others set stays", "[live]")
{
    Machine machine;
    write_file(machine.folder.path() / "run/network/ifstate", "eth0=eth0\n");
    for (const auto* backend : {"netlink", "interfaces"}) {
        CAPTURE(backend);
        machine.backend = backend;
        machine.apply_well();
        ip("addr add 10.0.0.99/24 dev eth0");
        ip("route add 10.9.0.0/16 via 10.0.0.7");
        Connection connection;
        std::string expected = "10.0.0.2/24";
        for (int i = 0; i < 5; ++i) {
            auto address = "10.0.0." + std::to_string(10 + i);
            machine.set("ETH0_ALIAS" + std::to_string(i) + "_IP", address + "/24");
            machine.apply_well();
            CHECK(addresses("eth0").find(address + "/24") != std::string::npos);
        }
        for (int i = 0; i < 5; ++i) {
            machine.unset("ETH0_ALIAS" + std::to_string(i) + "_");
            machine.apply_well();
            CHECK(addresses("eth0").find("10.0.0." + std::to_string(10 + i) + "/24") ==
                  std::string::npos);
        }
        CHECK(addresses("eth0") == "10.0.0.2/24 10.0.0.99/24");
        CHECK(routes() == Lines{"10.9.0.0/16 via 10.0.0.7 dev eth0"});
        CHECK(connection.works());
        ip("addr del 10.0.0.99/24 dev eth0");
        ip("route del 10.9.0.0/16");
        // What is static on a device that ifup knows is no business of its.
        CHECK(machine.runner.ran.empty());
    }
}

TEST_CASE("a new SSH key alone does nothing to the network", "[live]")
{
    for (const auto* backend : {"netlink", "interfaces", "networkd"}) {
        CAPTURE(backend);
        Machine machine;
        machine.backend = backend;
        write_file(machine.folder.path() / "etc/passwd", "root:x:0:0:root:/root:/bin/sh\n");
        write_file(machine.folder.path() / "etc/shadow", "root:*:19000:0:99999:7:::\n");
        fs::create_directories(machine.folder.path() / "root");
        ip("addr add 10.0.0.2/24 dev eth0");
        machine.apply();
        ip("route add 10.9.0.0/16 via 10.0.0.7");
        Connection connection;
        SystemKernel ear;
        REQUIRE(ear.wait_for_network(0ms));

        machine.set("SSH_PUBLIC_KEY", test_key('k'));
        auto report = machine.apply();
        CHECK(report.result() == "done");
        CHECK(Machine::message_of(report).empty());
        CHECK(machine.runner.ran.empty());
        auto heard = ear.wait_for_network(50ms);
        REQUIRE(heard);
        CHECK_FALSE(*heard);
        CHECK(routes() == Lines{"10.9.0.0/16 via 10.0.0.7 dev eth0"});
        CHECK(connection.works());
    }
}

TEST_CASE("a NIC that appears after the medium", "[live]")
{
    Machine machine;
    machine.set("ETH1_MAC", kMac1);
    machine.set("ETH1_IP", "10.1.0.2/24");
    auto report = machine.apply();
    CHECK(to_lines(report.problems) ==
          Lines{"warning ETH1_MAC: no device with MAC 02:00:0a:01:00:02 yet"});
    add_veth("eth1", kMac1, "peer1");
    machine.apply_well();
    CHECK(addresses("eth0") == "10.0.0.2/24");
    CHECK(addresses("eth1") == "10.1.0.2/24");

    SECTION("and goes with its medium")
    {
        ip("addr add 10.1.0.77/24 dev eth1");
        machine.unset("ETH1_");
        machine.apply_well();
        CHECK(addresses("eth1") == "10.1.0.77/24");
    }
    SECTION("and is renamed")
    {
        ip("link set eth1 down");
        ip("link set eth1 name lan0");
        ip("link set lan0 up");
        machine.set("ETH1_ALIAS0_IP", "10.1.0.3/24");
        machine.apply_well();
        CHECK(addresses("lan0") == "10.1.0.2/24 10.1.0.3/24");
        machine.unset("ETH1_");
        machine.apply_well();
        CHECK(addresses("lan0").empty());
    }
    SECTION("and is unplugged")
    {
        ip("link del eth1");
        auto gone = machine.apply();
        CHECK_FALSE(gone.failed());
        machine.unset("ETH1_");
        machine.apply_well();
        CHECK(parse_link_record(read_file(machine.folder.path() / "run/onectx/links"), "a-boot")
                  .size() == 1);
    }
}

TEST_CASE("the network of a NIC that left /etc/network/interfaces goes live", "[live]")
{
    Machine machine;
    machine.backend = "interfaces";
    add_veth("eth1", kMac1, "peer1");
    machine.set("ETH1_MAC", kMac1);
    machine.set("ETH1_IP", "10.1.0.2/24");
    machine.set("ETH1_ROUTES", "10.8.0.0/16 via 10.1.0.9");
    // At boot ifup does it; this one does nothing, so it is done for it.
    auto report = machine.apply(Stage::all, 100ms);
    CHECK(machine.runner.ran == Lines{"ifup eth0", "ifup eth1"});
    CHECK(Machine::message_of(report).starts_with("network: interfaces did not set "));
    CHECK(addresses("eth1") == "10.1.0.2/24");
    machine.unset("ETH1_");
    machine.apply_well();
    CHECK(addresses("eth1").empty());
    CHECK(routes().empty());
    CHECK(addresses("eth0") == "10.0.0.2/24");
}

TEST_CASE("a daemon that fails is named, and one that takes too much is made up for", "[live]")
{
    Machine machine;
    machine.backend = "networkd";
    auto report = machine.apply(Stage::all, 100ms);
    CHECK(machine.runner.ran == Lines{"networkctl reload"});
    CHECK_FALSE(report.failed());
    CHECK(Machine::message_of(report) ==
          "network: networkd did not set 10.0.0.2/24 on eth0; set directly");
    CHECK(addresses("eth0") == "10.0.0.2/24");

    ip("route add 10.9.0.0/16 via 10.0.0.7");
    machine.set("ETH0_ALIAS0_IP", "10.0.0.3/24");
    machine.runner.effect = [] {
        ip("addr flush dev eth0");
        ip("addr add 10.0.0.2/24 dev eth0");
        ip("addr add 10.0.0.3/24 dev eth0");
    };
    report = machine.apply();
    CHECK(Machine::message_of(report).empty());
    CHECK(addresses("eth0") == "10.0.0.2/24 10.0.0.3/24");
    CHECK(routes() == Lines{"10.9.0.0/16 via 10.0.0.7 dev eth0 proto 79"});
}

TEST_CASE("after boot it is looked whether the network came", "[live]")
{
    Machine machine;
    machine.backend = "networkd";
    machine.apply(Stage::local);
    CHECK(machine.runner.ran.empty());
    CHECK(addresses("eth0").empty());
    ip("link set eth0 down");
    auto report = machine.apply(Stage::network, 50ms);
    CHECK(Machine::message_of(report) ==
          "network: networkd did not set up, 10.0.0.2/24 on eth0; set directly");
    CHECK(addresses("eth0") == "10.0.0.2/24");
    CHECK(machine.apply(Stage::network).result() == "unchanged");
}

TEST_CASE("a kernel without a network daemon is told all at boot", "[live]")
{
    Machine machine;
    ip("link set eth0 down");
    machine.set("ETH0_GATEWAY", "10.0.0.1");
    machine.set("ETH0_MTU", "1400");
    machine.set("ETH0_IP6_METHOD", "disable");
    auto report = machine.apply(Stage::local);
    CHECK(Machine::message_of(report).empty());
    CHECK(machine.runner.ran.empty());
    CHECK(addresses("eth0") == "10.0.0.2/24");
    CHECK(routes() == Lines{"default via 10.0.0.1 dev eth0 proto 79"});
    CHECK(read_file("/proc/sys/net/ipv6/conf/eth0/disable_ipv6") == "1\n");
    CHECK(ip_output("link show eth0").find("mtu 1400") != std::string::npos);

    machine.unset("ETH0_IP6_METHOD");
    machine.unset("ETH0_GATEWAY");
    machine.set("ETH0_GATEWAY", "10.0.0.254");
    machine.apply_well();
    CHECK(read_file("/proc/sys/net/ipv6/conf/eth0/disable_ipv6") == "0\n");
    CHECK(routes() == Lines{"default via 10.0.0.254 dev eth0 proto 79"});
}

TEST_CASE("an MTU that the device refuses is a warning, and the rest is done", "[live]")
{
    Machine machine;
    ip("link add br0 type bridge");
    ip("link set eth0 master br0");
    ip("link add link br0 name lan0 address " + kMac1 + " type macvlan");
    ip("link set br0 up");
    // A macvlan says that it takes every size, and refuses what the device below it does not.
    LinkChange change{.device = "lan0",
                      .mac = *parse_mac(kMac1),
                      .up = true,
                      .mtu = 65000,
                      .ipv6 = std::nullopt,
                      .add = {item("10.1.0.2/24")},
                      .remove = {}};
    auto made = make_link_change(change);
    REQUIRE(made);
    CHECK(*made == "lan0: set MTU 65000: the device refuses it");
    CHECK(addresses("lan0") == "10.1.0.2/24");
}

TEST_CASE("a default route passes from one NIC to another", "[live]")
{
    Machine machine;
    add_veth("eth1", kMac1, "peer1");
    machine.set("ETH1_MAC", kMac1);
    machine.set("ETH1_IP", "10.1.0.2/24");
    machine.set("ETH1_GATEWAY", "10.1.0.1");
    machine.apply_well();
    CHECK(routes() == Lines{"default via 10.1.0.1 dev eth1 proto 79"});
    machine.unset("ETH1_GATEWAY");
    machine.set("ETH0_GATEWAY", "10.0.0.1");
    machine.apply_well();
    CHECK(routes() == Lines{"default via 10.0.0.1 dev eth0 proto 79"});
}

TEST_CASE("an address that somebody took away comes back, a link that somebody took down stays",
          "[live]")
{
    Machine machine;
    machine.apply_well();
    ip("addr del 10.0.0.2/24 dev eth0");
    machine.apply_well();
    CHECK(addresses("eth0") == "10.0.0.2/24");
    ip("link set eth0 down");
    CHECK(machine.apply().result() == "unchanged");
    CHECK(ip_output("link show eth0").find("state DOWN") != std::string::npos);
}

}  // namespace
}  // namespace onectx::test
