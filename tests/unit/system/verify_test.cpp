// Looking after a daemon: how long it is waited for, what is set in its place, what is put back.
#include "guest/system/verify.h"

#include <deque>

#include "tests/support/catch.h"
#include "tests/support/no_kernel.h"

namespace onectx {

using std::literals::chrono_literals::operator""ms;
using Clock = std::chrono::steady_clock;

namespace {

const Mac kMac = *parse_mac("02:00:0a:00:00:02");

LinkItem item(std::string_view text)
{
    auto parsed = parse_link_item(text);
    REQUIRE(parsed);
    return *parsed;
}

// A kernel that goes from state to state, one an event.
struct ScriptedKernel : test::NoKernel {
    std::deque<KernelNetwork> states;
    std::vector<LinkChange> changes;
    int waits = 0;

    Result<std::string> change_link(const LinkChange& change) override
    {
        changes.push_back(change);
        if (change.device == "bad0") return fail("bad0: add it: Permission denied");
        return {};
    }
    Result<KernelNetwork> network() override { return states.front(); }
    Result<bool> wait_for_network(std::chrono::milliseconds) override
    {
        ++waits;
        if (states.size() == 1) return false;
        states.pop_front();
        return true;
    }
};

KernelNetwork state(const std::vector<std::string>& held, const std::string& device = "eth0")
{
    KernelNetwork kernel;
    kernel.links.push_back(
        {.index = 2, .name = device, .mac = kMac, .up = true, .running = true, .mtu = 1500});
    for (const auto& text : held) {
        auto one = item(text);
        if (const auto* address = std::get_if<IpPrefix>(&one))
            kernel.addresses.push_back({2, *address, true, true, false, false});
        else
            kernel.routes.push_back({.link = 2,
                                     .destination = std::get<Route>(one).destination,
                                     .gateway = std::get<Route>(one).gateway,
                                     .protocol = 4});
    }
    return kernel;
}

NetworkGoal goal(const std::string& device = "eth0")
{
    return {.backend = "networkd",
            .links = {{.wanted = {.device = device,
                                  .mac = kMac,
                                  .up = true,
                                  .items = {item("10.0.0.2/24"), item("0.0.0.0/0 via 10.0.0.1")}},
                       .stale = {item("10.0.0.3/24")},
                       .foreign = {item("10.9.0.0/16 via 10.0.0.7")}}}};
}

const std::vector<std::string> kWanted{"10.0.0.2/24", "0.0.0.0/0 via 10.0.0.1"};
const std::vector<std::string> kAll{"10.0.0.2/24", "0.0.0.0/0 via 10.0.0.1",
                                    "10.9.0.0/16 via 10.0.0.7"};

}  // namespace

TEST_CASE("where all is well nobody waits", "[verify]")
{
    ScriptedKernel kernel;
    kernel.states = {state(kAll)};
    auto verified = verify(goal(), kernel, {.limit = 60'000ms});
    REQUIRE(verified);
    CHECK_FALSE(verified->changed);
    CHECK(verified->remark.empty());
    CHECK(kernel.waits == 0);
    CHECK(kernel.changes.empty());
}

TEST_CASE("a daemon that was told is waited for until it is done and silent", "[verify]")
{
    ScriptedKernel kernel;
    kernel.states = {state(kAll), state({}), state({"10.0.0.2/24", "10.0.0.3/24"}), state(kWanted)};
    auto verified = verify(goal(), kernel, {.told = true, .limit = 60'000ms});
    REQUIRE(verified);
    CHECK(verified->remark.empty());
    CHECK(kernel.waits == 4);
    // What the daemon took from others on its way is theirs again.
    REQUIRE(kernel.changes.size() == 1);
    CHECK(kernel.changes[0].add == std::vector<LinkItem>{item("10.9.0.0/16 via 10.0.0.7")});
    CHECK(kernel.changes[0].remove.empty());
    CHECK(verified->changed);
}

TEST_CASE("after boot the daemons are waited for, and nothing is put back", "[verify]")
{
    ScriptedKernel kernel;
    kernel.states = {state({}), state(kWanted)};
    auto verified = verify(goal(), kernel, {.starts = true, .limit = 60'000ms});
    REQUIRE(verified);
    CHECK(kernel.waits == 1);
    CHECK(kernel.changes.empty());
}

TEST_CASE("what a daemon does not do in time is done directly, and said", "[verify]")
{
    ScriptedKernel kernel;
    kernel.states = {state({"10.0.0.3/24"})};
    auto start = Clock::now();
    auto verified = verify(goal(), kernel, {.told = true, .limit = 30ms});
    CHECK(Clock::now() - start < 5'000ms);
    REQUIRE(verified);
    CHECK(verified->changed);
    CHECK(verified->remark ==
          "networkd did not set 10.0.0.2/24, 0.0.0.0/0 via 10.0.0.1 on eth0; set directly; "
          "networkd left 10.0.0.3/24 on eth0; removed directly");
    REQUIRE(kernel.changes.size() == 1);
    CHECK(kernel.changes[0].mac == kMac);
    CHECK(kernel.changes[0].add.size() == 3);
    CHECK(kernel.changes[0].remove == std::vector<LinkItem>{item("10.0.0.3/24")});
}

TEST_CASE("nobody is waited for who was not told", "[verify]")
{
    ScriptedKernel kernel;
    kernel.states = {state({})};
    auto verified = verify(goal(), kernel, {.limit = 60'000ms});
    REQUIRE(verified);
    CHECK(kernel.waits == 0);
    CHECK(verified->remark ==
          "networkd did not set 10.0.0.2/24, 0.0.0.0/0 via 10.0.0.1 on eth0; set directly");
}

TEST_CASE("an IPv6 address is waited for until it is found unique", "[verify]")
{
    auto with = [](bool tentative, bool duplicate) {
        auto network = state({"2001:db8::2/64"});
        network.addresses[0].tentative = tentative;
        network.addresses[0].duplicate = duplicate;
        return network;
    };
    auto wanted = goal();
    wanted.links[0] = {
        .wanted = {.device = "eth0", .mac = kMac, .items = {item("2001:db8::2/64")}}};
    ScriptedKernel kernel;
    SECTION("it is")
    {
        kernel.states = {with(true, false), with(true, false), with(false, false)};
        auto verified = verify(wanted, kernel, {.limit = 60'000ms});
        REQUIRE(verified);
        CHECK(kernel.waits == 2);
        CHECK(verified->remark.empty());
    }
    SECTION("it is not")
    {
        kernel.states = {with(true, false), with(true, true)};
        auto verified = verify(wanted, kernel, {.limit = 60'000ms});
        REQUIRE(verified);
        CHECK(verified->remark == "2001:db8::2/64 of eth0 is in use by another machine");
    }
    SECTION("without a carrier nobody would find out")
    {
        kernel.states = {with(true, false)};
        kernel.states[0].links[0].running = false;
        REQUIRE(verify(wanted, kernel, {.limit = 60'000ms}));
        CHECK(kernel.waits == 0);
    }
    CHECK(kernel.changes.empty());
}

TEST_CASE("a boot waits for one lease of a link, of whichever family", "[verify]")
{
    auto [leased4, leased6, held, awaited] =
        GENERATE(table<bool, bool, std::vector<std::string>, std::string>({
            {true, true, {}, "DHCP"},
            {true, true, {"10.0.0.50/24"}, ""},
            {true, true, {"2001:db8::50/128"}, ""},
            {true, false, {"2001:db8::50/128"}, "DHCP"},
            {false, true, {"10.0.0.50/24"}, "DHCPv6"},
            {false, true, {"2001:db8::50/128"}, ""},
            // Of a router, which gives whole networks.
            {false, true, {"2001:db8::50/64"}, "DHCPv6"},
        }));
    CAPTURE(leased4, leased6, held);
    NetworkGoal leased{.backend = "netlink",
                       .links = {{.wanted = {.device = "eth0",
                                             .mac = kMac,
                                             .up = true,
                                             .leased4 = leased4,
                                             .leased6 = leased6}}}};
    ScriptedKernel kernel;
    kernel.states = {state(held)};
    auto verified = verify(leased, kernel, {.limit = 1ms});
    REQUIRE(verified);
    CHECK(verified->remark ==
          (awaited.empty()
               ? ""
               : "no " + awaited + " server has answered on eth0 yet; it goes on being asked"));
    // As soon as one is there, nobody waits any longer; one that is still tentative is none yet.
    kernel.waits = 0;
    kernel.states = {state({}), state({"2001:db8::50/128"}), state({"2001:db8::50/128"})};
    kernel.states[1].addresses[0].tentative = true;
    leased.links[0].wanted.leased6 = true;
    REQUIRE(verify(leased, kernel, {.limit = 60'000ms}));
    CHECK(kernel.waits == 2);
}

TEST_CASE("a link without a carrier is left to the daemon, one that somebody took down to him",
          "[verify]")
{
    ScriptedKernel kernel;
    kernel.states = {state({})};
    auto wanted = goal();
    wanted.links[0].foreign.clear();
    SECTION("no carrier")
    {
        kernel.states[0].links[0].running = false;
    }
    SECTION("down")
    {
        kernel.states[0].links[0].up = false;
        wanted.links[0].leave_down = true;
    }
    SECTION("no such device")
    {
        kernel.states[0].links.clear();
    }
    auto verified = verify(wanted, kernel, {.told = true, .limit = 60'000ms});
    REQUIRE(verified);
    CHECK(verified->remark.empty());
    CHECK(kernel.changes.empty());
}

TEST_CASE("what cannot be set is an error", "[verify]")
{
    ScriptedKernel kernel;
    kernel.states = {state({}, "bad0")};
    auto verified = verify(goal("bad0"), kernel, {});
    REQUIRE_FALSE(verified);
    CHECK(verified.error().message ==
          "bad0: add it: Permission denied; networkd did not set 10.0.0.2/24, 0.0.0.0/0 via "
          "10.0.0.1 on bad0; set directly");
}

}  // namespace onectx
