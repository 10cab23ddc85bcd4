// What differs between a kernel and a context, what of it is ours to take away, and the ledger that
// says so.
#include "guest/plan/links.h"

#include <algorithm>

#include "common/text.h"
#include "tests/support/catch.h"
#include "tests/support/memory_tree.h"
#include "tests/support/network_samples.h"

namespace onectx::test {
namespace {

const Mac kMac = *parse_mac("02:00:0a:00:00:02");

LinkItem item(std::string_view text)
{
    auto parsed = parse_link_item(text);
    REQUIRE(parsed);
    return *parsed;
}

std::vector<LinkItem> items(const std::vector<std::string>& texts)
{
    std::vector<LinkItem> list;
    for (const auto& text : texts)
        list.push_back(item(text));
    return list;
}

std::vector<std::string> texts(const std::vector<LinkItem>& list)
{
    std::vector<std::string> result;
    for (const auto& one : list)
        result.push_back(to_text(one));
    return result;
}

using Texts = std::vector<std::string>;

// A kernel with the link eth0 that has these; "*" before a route: it is made by the kernel itself.
KernelNetwork kernel_with(const Texts& held)
{
    KernelNetwork kernel;
    kernel.links.push_back({.index = 2,
                            .name = "eth0",
                            .mac = kMac,
                            .up = true,
                            .running = true,
                            .mtu = 1500,
                            .ipv6 = KernelLink::Ipv6{}});
    for (std::string_view text : held) {
        bool derived = text.starts_with('*');
        if (derived) text.remove_prefix(1);
        auto one = item(text);
        if (const auto* address = std::get_if<IpPrefix>(&one)) {
            kernel.addresses.push_back({2, *address, !derived, true, false, false});
            continue;
        }
        const auto& route = std::get<Route>(one);
        kernel.routes.push_back({2, route.destination, route.gateway, route.metric.value_or(0),
                                 std::uint8_t(derived ? 2 : 3), route.on_link});
    }
    return kernel;
}

TEST_CASE("Items as text and back", "[links]")
{
    for (const auto* text : {"10.0.0.2/24", "2001:db8::2/64", "0.0.0.0/0 via 10.0.0.1",
                             "::/0 via fe80::1 metric 100 onlink", "169.254.16.9/32 via link",
                             "10.8.0.0/16 via 10.0.0.3 metric 4294967295"})
        CHECK(to_text(item(text)) == text);
    for (const auto* text :
         {"", "10.0.0", "10.0.0.0/8 by 10.0.0.1", "10.0.0.0/8 via", "10.0.0.0/8 via x",
          "10.0.0.0/8 via 10.0.0.1 metric", "10.0.0.0/8 via 10.0.0.1 metric x",
          "10.0.0.0/8 via 10.0.0.1 more", "10.0.0.0/8 via 10.0.0.1 metric 4294967296"})
        CHECK_FALSE(parse_link_item(text));
}

TEST_CASE("The least change that makes a link what is wanted", "[links]")
{
    struct Row {
        std::string_view name;
        Texts wanted, stale, held, add, remove;
    };
    auto row = GENERATE(values<Row>({
        {"nothing there",
         {"10.0.0.2/24", "0.0.0.0/0 via 10.0.0.1"},
         {},
         {},
         {"10.0.0.2/24", "0.0.0.0/0 via 10.0.0.1"},
         {}},
        {"all there",
         {"10.0.0.2/24", "0.0.0.0/0 via 10.0.0.1"},
         {},
         {"10.0.0.2/24", "*10.0.0.0/24 via link", "0.0.0.0/0 via 10.0.0.1"},
         {},
         {}},
        {"a daemon's own metric will do",
         {"0.0.0.0/0 via 10.0.0.1"},
         {},
         {"0.0.0.0/0 via 10.0.0.1 metric 1024"},
         {},
         {}},
        {"another metric than the one asked for will not",
         {"0.0.0.0/0 via 10.0.0.1 metric 5"},
         {},
         {"0.0.0.0/0 via 10.0.0.1 metric 1024"},
         {"0.0.0.0/0 via 10.0.0.1 metric 5"},
         {}},
        {"nor another prefix", {"10.0.0.2/24"}, {}, {"10.0.0.2/16"}, {"10.0.0.2/24"}, {}},
        {"an alias goes",
         {"10.0.0.2/24"},
         {"10.0.0.3/24"},
         {"10.0.0.2/24", "10.0.0.3/24"},
         {},
         {"10.0.0.3/24"}},
        {"one that is gone already", {"10.0.0.2/24"}, {"10.0.0.3/24"}, {"10.0.0.2/24"}, {}, {}},
        {"what others have stays",
         {"10.0.0.2/24"},
         {},
         {"10.0.0.2/24", "10.0.0.9/24", "10.9.0.0/16 via 10.0.0.7"},
         {},
         {}},
        {"stale, and wanted in other words",
         {"0.0.0.0/0 via 10.0.0.1"},
         {"0.0.0.0/0 via 10.0.0.1 metric 100"},
         {"0.0.0.0/0 via 10.0.0.1 metric 100"},
         {},
         {}},
        {"a gateway changes",
         {"0.0.0.0/0 via 10.0.0.1"},
         {"0.0.0.0/0 via 10.0.0.254"},
         {"0.0.0.0/0 via 10.0.0.254 metric 7"},
         {"0.0.0.0/0 via 10.0.0.1"},
         {"0.0.0.0/0 via 10.0.0.254 metric 7"}},
        {"the host route that came with a gateway off the link goes with it",
         {},
         {"0.0.0.0/0 via 10.9.9.9 onlink"},
         {"10.9.9.9/32 via link", "0.0.0.0/0 via 10.9.9.9"},
         {},
         {"0.0.0.0/0 via 10.9.9.9 metric 0", "10.9.9.9/32 via link metric 0"}},
        {"and stays with it",
         {"0.0.0.0/0 via 10.9.9.9 onlink"},
         {"8.0.0.0/8 via 10.9.9.9 onlink"},
         {"10.9.9.9/32 via link", "0.0.0.0/0 via 10.9.9.9", "8.0.0.0/8 via 10.9.9.9"},
         {},
         {"8.0.0.0/8 via 10.9.9.9 metric 0"}},
    }));
    CAPTURE(row.name);
    auto kernel = kernel_with(row.held);
    LinkState wanted{.device = "eth0", .mac = kMac, .up = true, .items = items(row.wanted)};
    auto change = difference(wanted, items(row.stale), kernel);
    CHECK(texts(change.add) == row.add);
    CHECK(texts(change.remove) == row.remove);
    CHECK_FALSE(change.up);
    wanted.mac = *parse_mac("02:00:0a:00:00:99");
    CHECK(difference(wanted, items(row.stale), kernel).empty());  // another's device by that name
}

TEST_CASE("State of a link beside its items", "[links]")
{
    auto kernel = kernel_with({});
    auto& link = kernel.links[0];
    LinkState wanted{.device = "eth0", .mac = kMac, .up = true, .mtu = 1500};
    auto now = [&] { return difference(wanted, {}, kernel); };
    CHECK(now().empty());
    wanted.mtu = 1400;
    CHECK(now().mtu == 1400U);
    link.up = false;
    CHECK(now().up);
    wanted.up = false;
    CHECK_FALSE(now().up);

    wanted.ipv6 = Ipv6Mode::off;
    CHECK(now().ipv6 == Ipv6Mode::off);
    link.ipv6->disabled = true;
    CHECK_FALSE(now().ipv6);
    wanted.ipv6 = Ipv6Mode::fixed;
    CHECK(now().ipv6 == Ipv6Mode::fixed);
    link.ipv6 = KernelLink::Ipv6{false, 0};
    CHECK_FALSE(now().ipv6);
    wanted.ipv6 = Ipv6Mode::announced;
    CHECK(now().ipv6 == Ipv6Mode::announced);
    link.ipv6->accept_ra = 2;
    CHECK_FALSE(now().ipv6);
    link.min_mtu = 68;
    link.max_mtu = 1500;
    wanted.mtu = 9000;
    CHECK_FALSE(now().mtu);
    link.max_mtu = 9000;
    CHECK(now().mtu == 9000U);
    wanted.mtu.reset();
    wanted.address = *parse_mac("02:00:0a:00:00:77");
    CHECK(now().address == wanted.address);
    link.mac = *wanted.address;
    CHECK(now().empty());
    wanted.address.reset();
    link.mac = kMac;

    link.ipv6.reset();  // a kernel without IPv6 has nothing to be told
    wanted.ipv6 = Ipv6Mode::fixed;
    CHECK_FALSE(now().ipv6);
}

TEST_CASE("The ledger as text and back", "[links]")
{
    LinkRecord record;
    record[{kMac}] = {.dynamic = true, .items = items({"10.0.0.2/24", "0.0.0.0/0 via 10.0.0.1"})};
    record[{kMac, 100}] = {.made = true, .items = items({"10.5.0.2/24"})};
    record[{*parse_mac("02:00:0a:00:00:03")}] = {.ipv6_off = true};
    auto text = to_text(record, "abc");
    CHECK(text ==
          "boot abc\n"
          "link 02:00:0a:00:00:02 dynamic\n"
          "10.0.0.2/24\n"
          "0.0.0.0/0 via 10.0.0.1\n"
          "link 02:00:0a:00:00:02 vlan 100 made\n"
          "10.5.0.2/24\n"
          "link 02:00:0a:00:00:03 ipv6-off\n");
    CHECK(parse_link_record(text, "abc") == record);
    CHECK(parse_link_record(text, "another boot").empty());
    CHECK(parse_link_record("", "").empty());
    CHECK(
        parse_link_record("boot abc\n10.0.0.2/24\nlink x\n10.0.0.3/24\nrubbish\n", "abc").empty());
    for (const auto* vlan : {"vlan", "vlan 0", "vlan 4095", "vlan x"})
        CHECK(parse_link_record("boot abc\nlink 02:00:0a:00:00:02 " + std::string(vlan), "abc")
                  .empty());
}

// A machine with one boot, one device eth0 and a ledger, planned for a context.
struct Machine {
    MemoryTree tree;
    Settings settings;
    Policy policy;
    Facts facts;
    Stage stage = Stage::all;
    std::string backend = "netlink";

    explicit Machine(const Texts& held, const std::string& ledger = "")
    {
        tree.file("/proc/sys/kernel/random/boot_id", "abc\n");
        if (!ledger.empty()) tree.file(std::string(kLinkRecordPath), "boot abc\n" + ledger);
        facts.network = kernel_with(held);
    }

    NetworkGoal goal(const Network& network) const
    {
        auto goal = make_goal(network, {settings, policy, facts, tree, backend, stage});
        REQUIRE(goal);
        return *goal;
    }
};

const std::string kLedger =
    "link 02:00:0a:00:00:02\n"
    "10.0.0.2/24\n"
    "10.0.0.3/24\n"
    "10.0.0.4/24\n"
    "0.0.0.0/0 via 10.0.0.1\n";

TEST_CASE("What left the context goes, by the ledger alone", "[links]")
{
    Machine machine({"10.0.0.2/24", "10.0.0.3/24", "10.0.0.9/24", "0.0.0.0/0 via 10.0.0.1",
                     "10.9.0.0/16 via 10.0.0.7", "*10.0.0.0/24 via link"},
                    kLedger);
    auto network = network_of_nic({{"IP", "10.0.0.2/24"}, {"ALIAS3_IP", "10.0.0.5/24"}});
    auto goal = machine.goal(network);
    REQUIRE(goal.links.size() == 1);
    // 10.0.0.4 is gone already.
    CHECK(texts(goal.links[0].stale) == Texts{"10.0.0.3/24", "0.0.0.0/0 via 10.0.0.1 metric 0"});
    CHECK(texts(goal.links[0].foreign) ==
          Texts{"10.0.0.9/24", "10.9.0.0/16 via 10.0.0.7 metric 0"});
    CHECK(texts(goal.links[0].wanted.items) == Texts{"10.0.0.2/24", "10.0.0.5/24"});
    CHECK_FALSE(goal.links[0].leave_down);
    CHECK(goal.record_after == "boot abc\nlink 02:00:0a:00:00:02\n10.0.0.2/24\n10.0.0.5/24\n");
    // Until that is done, all of it is ours.
    CHECK(goal.record_before ==
          goal.record_after + "10.0.0.3/24\n0.0.0.0/0 via 10.0.0.1 metric 0\n");

    auto changes = direct_changes(goal, machine.facts, {});
    REQUIRE(changes.size() == 1);
    auto change = std::get<LinkChange>(changes[0]);
    CHECK(texts(change.add) == Texts{"10.0.0.5/24"});
    CHECK(texts(change.remove) == Texts{"10.0.0.3/24", "0.0.0.0/0 via 10.0.0.1 metric 0"});
    CHECK(direct_changes(goal, machine.facts, {{{"ifup", "eth0"}}}).empty());
}

TEST_CASE("A NIC that left the context", "[links]")
{
    Machine machine({"10.0.0.2/24", "10.0.0.9/24", "0.0.0.0/0 via 10.0.0.1"}, kLedger);
    Network network;
    auto goal = machine.goal(network);
    REQUIRE(goal.links.size() == 1);
    CHECK(texts(goal.links[0].stale) == Texts{"10.0.0.2/24", "0.0.0.0/0 via 10.0.0.1 metric 0"});
    CHECK(goal.links[0].wanted.items.empty());
    CHECK_FALSE(goal.links[0].wanted.up);
    CHECK(goal.record_after == "boot abc\n");

    SECTION("renamed meanwhile")
    {
        machine.facts.network->links[0].name = "lan0";
        CHECK(machine.goal(network).links.at(0).wanted.device == "lan0");
    }
    SECTION("and whose device is gone")
    {
        machine.facts.network = KernelNetwork{};
        auto gone = machine.goal(network);
        CHECK(gone.links.empty());
        CHECK(gone.record_after == "boot abc\n");
    }
    SECTION("unless parts of the context cannot be read")
    {
        network.complete = false;
        CHECK(machine.goal(network).links.empty());
        CHECK(machine.goal(network).record_after == "boot abc\n" + kLedger);
    }
    SECTION("or it is named, and nothing is wanted of it")
    {
        network = network_of_nic({{"METHOD", "skip"}});
        CHECK(machine.goal(network).links.empty());
        CHECK(machine.goal(network).record_after == "boot abc\n" + kLedger);
    }
    SECTION("before networking nothing goes")
    {
        machine.stage = Stage::local;
        CHECK(machine.goal(network).record_after ==
              "boot abc\nlink 02:00:0a:00:00:02\n10.0.0.2/24\n0.0.0.0/0 via 10.0.0.1 metric 0\n");
    }
}

TEST_CASE("A family that is skipped keeps what it has, and stays ours", "[links]")
{
    Machine machine({"10.0.0.2/24", "2001:db8::2/64"},
                    "link 02:00:0a:00:00:02\n10.0.0.2/24\n2001:db8::2/64\n");
    auto network =
        network_of_nic({{"METHOD", "skip"}, {"IP6_METHOD", "static"}, {"IP6", "2001:db8::3"}});
    auto goal = machine.goal(network);
    CHECK(texts(goal.links.at(0).stale) == Texts{"2001:db8::2/64"});
    CHECK(goal.record_after == "boot abc\nlink 02:00:0a:00:00:02\n2001:db8::3/64\n10.0.0.2/24\n");
}

TEST_CASE("A link that somebody took down stays down when nothing about it is new", "[links]")
{
    Machine machine({}, "link 02:00:0a:00:00:02\n10.0.0.2/24\n");
    machine.facts.network->links[0].up = false;
    auto same = machine.goal(network_of_nic({{"IP", "10.0.0.2/24"}}));
    CHECK(same.links.at(0).leave_down);
    CHECK(direct_changes(same, machine.facts, {}).empty());
    auto other = machine.goal(network_of_nic({{"IP", "10.0.0.3/24"}}));
    CHECK(direct_changes(other, machine.facts, {}).size() == 1);
    // After boot it is down because somebody failed.
    machine.stage = Stage::network;
    CHECK_FALSE(machine.goal(network_of_nic({{"IP", "10.0.0.2/24"}})).links.at(0).leave_down);
}

TEST_CASE("Leases are nobody's by hand", "[links]")
{
    Machine machine({"10.0.0.2/24", "0.0.0.0/0 via 10.0.0.1"}, "link 02:00:0a:00:00:02 dynamic\n");
    CHECK(machine.goal(network_of_nic({{"IP", "10.0.0.7/24"}})).links.at(0).foreign.empty());
}

TEST_CASE("Routes with our mark that no ledger knows are ours", "[links]")
{
    Machine machine({"0.0.0.0/0 via 10.0.0.1", "8.0.0.0/8 via 10.0.0.1"});
    machine.facts.network->routes[1].protocol = kOwnRouteProtocol;
    CHECK(texts(machine.goal(network_of_nic({{"IP", "10.0.0.2/24"}})).links.at(0).stale) ==
          Texts{"8.0.0.0/8 via 10.0.0.1 metric 0"});
}

TEST_CASE("IPv6 comes back when nobody wants it off any more", "[links]")
{
    Machine machine({}, "link 02:00:0a:00:00:02 ipv6-off\n10.0.0.2/24\n");
    auto network = network_of_nic({{"IP", "10.0.0.2/24"}});
    CHECK(machine.goal(network).links.at(0).wanted.ipv6 == Ipv6Mode::announced);
    machine.backend = "networkd";  // which has its own ways
    CHECK_FALSE(machine.goal(network).links.at(0).wanted.ipv6);
}

// The VLAN 100 of eth0, as the kernel has it.
void add_vlan(KernelNetwork& kernel, const Texts& held)
{
    kernel.links.push_back({.index = 3,
                            .name = "eth0.100",
                            .mac = kMac,
                            .up = true,
                            .running = true,
                            .mtu = 1500,
                            .vlan = 100,
                            .parent = 2});
    for (const auto& text : held)
        kernel.addresses.push_back({3, std::get<IpPrefix>(item(text)), true, true, false, false});
}

Network network_with_vlan(std::optional<unsigned> id = 100)
{
    Network network;
    Nic nic{.is_pci = true, .mac = kMac, .device = "eth0", .vlan = id};
    nic.method4 = Ipv4Method::address;
    nic.addresses4 = {{*parse_ipv4("10.5.0.2"), 24}};
    nic.mtu = 1400;
    network.nics.push_back(nic);
    return network;
}

TEST_CASE("A VLAN is made on its device", "[links]")
{
    Machine machine({});
    auto goal = machine.goal(network_with_vlan());
    REQUIRE(goal.links.size() == 1);
    CHECK(goal.record_after == "boot abc\nlink 02:00:0a:00:00:02 vlan 100 made\n10.5.0.2/24\n");
    auto changes = direct_changes(goal, machine.facts, {});
    REQUIRE(changes.size() == 1);
    CHECK(std::get<LinkChange>(changes[0]) == LinkChange{.device = "eth0.100",
                                                         .mac = kMac,
                                                         .vlan = VlanAbove{100, "eth0"},
                                                         .create = true,
                                                         .up = true,
                                                         .mtu = 1400,
                                                         .ipv6 = std::nullopt,
                                                         .add = items({"10.5.0.2/24"}),
                                                         .remove = {}});
    machine.facts.network->links[0].max_mtu = 1300;  // what stands on it can have no more
    CHECK_FALSE(difference(goal.links[0].wanted, {}, *machine.facts.network).mtu);
    machine.facts.network->links.clear();
    CHECK(machine.goal(network_with_vlan()).links.empty());
}

TEST_CASE("A VLAN that is there is compared like any link", "[links]")
{
    Machine machine({"10.5.0.2/24"}, "link 02:00:0a:00:00:02 vlan 100 made\n10.5.0.3/24\n");
    add_vlan(*machine.facts.network, {"10.5.0.3/24"});
    auto goal = machine.goal(network_with_vlan());
    REQUIRE(goal.links.size() == 1);
    auto change = difference(goal.links[0].wanted, goal.links[0].stale, *machine.facts.network);
    CHECK(change.device == "eth0.100");
    CHECK_FALSE(change.create);
    CHECK(change.mtu == 1400U);
    // The same address on the device below is not this one.
    CHECK(texts(change.add) == Texts{"10.5.0.2/24"});
    CHECK(texts(change.remove) == Texts{"10.5.0.3/24"});

    SECTION("one of that name above another device is somebody else's")
    {
        machine.facts.network->links[1].parent = 7;
        CHECK(difference(goal.links[0].wanted, {}, *machine.facts.network).create);
    }
}

TEST_CASE("A VLAN that left the context", "[links]")
{
    auto context = GENERATE(0, 1, 2);  // another id, no VLAN any more, no NIC
    CAPTURE(context);
    auto network = context == 2   ? Network{}
                   : context == 1 ? network_with_vlan(std::nullopt)
                                  : network_with_vlan(200);
    for (bool made : {true, false}) {
        CAPTURE(made);
        Machine machine({}, std::string("link 02:00:0a:00:00:02 vlan 100") + (made ? " made" : "") +
                                "\n10.5.0.2/24\n");
        add_vlan(*machine.facts.network, {"10.5.0.2/24", "10.5.0.9/24"});
        auto goal = machine.goal(network);
        REQUIRE_FALSE(goal.links.empty());
        const auto& last = goal.links.back();
        CHECK(last.wanted.device == "eth0.100");
        CHECK(last.wanted.gone == made);
        auto changes = direct_changes(goal, machine.facts, {});
        REQUIRE_FALSE(changes.empty());
        auto find = [&](const Change& change) {
            return std::get<LinkChange>(change).device == "eth0.100";
        };
        auto change = std::find_if(changes.begin(), changes.end(), find);
        REQUIRE(change != changes.end());
        CHECK(std::get<LinkChange>(*change).destroy == made);
        // One that was there before us only loses what we gave it.
        CHECK(texts(std::get<LinkChange>(*change).remove) ==
              (made ? Texts{} : Texts{"10.5.0.2/24"}));
        if (made) CHECK(change == changes.begin());  // before what takes its place
        CHECK((goal.record_before.find(" vlan 100 made\n") != std::string::npos) == made);
        CHECK(goal.record_after.find(" vlan 100") == std::string::npos);
    }
}

TEST_CASE("A route goes from one link before it comes to another", "[links]")
{
    auto change = [](const std::string& device, const Texts& add, const Texts& remove) {
        return LinkChange{.device = device, .add = items(add), .remove = items(remove)};
    };
    auto ordered = in_order({change("eth0", {"10.0.0.3/24", "0.0.0.0/0 via 10.0.0.1"}, {}),
                             change("eth1", {"10.1.0.3/24"},
                                    {"10.1.0.2/24", "0.0.0.0/0 via 10.1.0.1 metric 0",
                                     "8.0.0.0/8 via 10.1.0.1 metric 0"})});
    REQUIRE(ordered.size() == 3);
    CHECK(ordered[0] == change("eth1", {}, {"0.0.0.0/0 via 10.1.0.1 metric 0"}));
    CHECK(ordered[1].device == "eth0");
    CHECK(ordered[2] ==
          change("eth1", {"10.1.0.3/24"}, {"10.1.0.2/24", "8.0.0.0/8 via 10.1.0.1 metric 0"}));
    // On one link the change itself has the order.
    CHECK(
        in_order({change("eth0", {"0.0.0.0/0 via 10.0.0.1"}, {"0.0.0.0/0 via 10.0.0.2"})}).size() ==
        1);
}

TEST_CASE("An MTU that the driver does not take is in no file", "[links]")
{
    for (const auto* backend : {"interfaces", "netplan", "networkd", "nm", "scripts", "netlink"}) {
        CAPTURE(backend);
        Machine machine({});
        machine.backend = backend;
        machine.facts.nics = {{.name = "eth0", .mac = kMac}};
        machine.settings.network = network_of_nic({{"IP", "10.0.0.2/24"}, {"MTU", "9000"}});
        for (unsigned largest : {1500U, 9000U}) {
            machine.facts.network->links[0].max_mtu = largest;
            auto planned = plan_network({machine.settings, machine.policy, machine.facts,
                                         machine.tree, machine.backend, machine.stage});
            REQUIRE(planned);
            bool is_said = std::any_of(
                planned->problems.begin(), planned->problems.end(), [](const Problem& problem) {
                    return problem.variable == "ETH0_MTU" && !problem.error &&
                           problem.message == "eth0 takes no MTU of 9000; it is left as it is";
                });
            bool is_written = false;
            for (const auto& change : planned->step.changes) {
                const auto* file = std::get_if<WriteFile>(&change);
                const auto* link = std::get_if<LinkChange>(&change);
                is_written = is_written || (link != nullptr && link->mtu) ||
                             (file != nullptr && file->content.find("9000") != std::string::npos);
            }
            CHECK(is_said == (largest == 1500));
            CHECK(is_written == (largest == 9000));
        }
    }
}

TEST_CASE("Without a kernel there is no goal", "[links]")
{
    Machine machine({});
    machine.facts.network.reset();
    CHECK_FALSE(make_goal({}, {machine.settings, machine.policy, machine.facts, machine.tree,
                               "netlink", Stage::all}));
}

}  // namespace
}  // namespace onectx::test
