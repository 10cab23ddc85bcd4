// DHCPv6 without a network: messages, and the states of a client.
#include "common/text.h"
#include "guest/model/dhcp6_client.h"
#include "guest/model/dhcp_record.h"
#include "tests/support/catch.h"

namespace onectx::test {
namespace {

using std::literals::chrono_literals::operator""s;
using std::literals::chrono_literals::operator""ms;
using std::literals::string_literals::operator""s;
using Time = Dhcp6Client::Time;
using Texts = std::vector<std::string>;

const Mac kMac = *parse_mac("02:00:0a:00:00:02");
const Dhcp6Identity kWhom = dhcp6_identity(kMac, {});
const Ipv6 kOwn = *parse_ipv6("2001:db8::50");
const std::string kServerDuid = "\x00\x02server"s;

std::string option(unsigned code, const std::string& value)
{
    return number(code, 2) + number(value.size(), 2) + value;
}

std::string address(const std::string& text, unsigned preferred, unsigned valid,
                    const std::string& more = {})
{
    return option(5, octets_of(*parse_ipv6(text)) + number(preferred, 4) + number(valid, 4) + more);
}

std::string association(const std::string& inside, unsigned renew = 0, unsigned rebind = 0,
                        std::uint32_t link = kWhom.link)
{
    return option(3, number(link, 4) + number(renew, 4) + number(rebind, 4) + inside);
}

const std::string kLease = association(address("2001:db8::50", 2400, 3600));
const std::string kStatus = option(13, "\x00\x02none"s);

// An answer as a server would send it.
std::string answer(char type, const std::string& more = kLease, std::uint32_t id = 0x010203)
{
    return std::string(1, type) + number(id, 3) + option(1, kWhom.client) + option(2, kServerDuid) +
           more;
}

std::optional<Dhcp6Answer> parsed(const std::string& octets)
{
    return parse_dhcp6_answer(octets, kWhom);
}

Dhcp6Lease lease_of(const std::string& more)
{
    auto answered = parsed(answer(7, more));
    REQUIRE(answered);
    REQUIRE(answered->lease);
    return *answered->lease;
}

TEST_CASE("Whom servers of IPv6 know", "[dhcp6]")
{
    CHECK(kWhom.client == "\x00\x03\x00\x01\x02\x00\x0a\x00\x00\x02"s);
    CHECK(kWhom.link == 0x0a000002U);
    auto above = dhcp6_identity(kMac, 100);
    CHECK(above.client == kWhom.client);
    CHECK(above.link != kWhom.link);
    CHECK(above.link != dhcp6_identity(kMac, 101).link);
}

TEST_CASE("An answer of a server of IPv6", "[dhcp6]")
{
    auto text = answer(7, kLease + option(7, "\x05"s) + option(14, "") + option(82, number(90, 4)));
    CHECK(parsed(text) == Dhcp6Answer{.type = Dhcp6Type::reply,
                                      .id = 0x010203,
                                      .server = kServerDuid,
                                      .preference = 5,
                                      .rapid = true,
                                      .lease = Dhcp6Lease{.address = kOwn,
                                                          .server = kServerDuid,
                                                          .nameservers = {},
                                                          .search_domains = {},
                                                          .valid = 3600s,
                                                          .preferred = 2400s,
                                                          .renew = 1200s,
                                                          .rebind = 1920s},
                                      .patience = 90s});
    for (std::size_t size = 0; size < text.size(); ++size)
        // Reads nothing outside; the sanitizers watch.
        static_cast<void>(parsed(text.substr(0, size)));
}

TEST_CASE("What is no answer of a server of IPv6 to this client", "[dhcp6]")
{
    const auto head = "\x07\x01\x02\x03"s, client = option(1, kWhom.client),
               server = option(2, kServerDuid);
    auto row = GENERATE_COPY(values<std::pair<std::string_view, std::string>>({
        {"nothing", ""},
        {"a short head", "\x07\x01\x02"s},
        {"what a client says", answer(1)},
        {"no client", head + server + kLease},
        {"no server", head + client + kLease},
        {"a server without a name", head + client + option(2, "") + kLease},
        {"a server with a long name", head + client + option(2, std::string(131, 'x')) + kLease},
        {"another client", head + option(1, kWhom.client + "x") + server + kLease},
        {"an option that ends outside", answer(7) + "\x00\x17\x00\x10\x20"s},
        {"half of an option", answer(7) + "\x00\x17\x00"s},
    }));
    CAPTURE(row.first);
    CHECK_FALSE(parsed(row.second));
}

TEST_CASE("An answer without a lease", "[dhcp6]")
{
    const auto one = address("2001:db8::50", 2400, 3600);
    auto row = GENERATE_COPY(values<std::pair<std::string_view, std::string>>({
        {"no association", ""},
        {"no address", association("")},
        {"another link", association(one, 0, 0, 7)},
        {"a short association", option(3, number(kWhom.link, 4))},
        {"a short address", association(option(5, octets_of(kOwn)))},
        {"times that contradict each other", association(one, 200, 100)},
        {"preferred for longer than valid", association(address("2001:db8::50", 3601, 3600))},
        {"an option that ends outside", association(one + "\x00\x0d\x00\x05"s)},
        {"no time", association(address("2001:db8::50", 0, 0))},
        {"a refusal", kLease + kStatus},
        {"a refusal of the association", association(one + kStatus)},
        {"a refusal of the address", association(address("2001:db8::50", 2400, 3600, kStatus))},
        {"nobody", association(address("::", 2400, 3600))},
        {"loopback", association(address("::1", 2400, 3600))},
        {"many", association(address("ff02::1", 2400, 3600))},
        {"link-local", association(address("fe80::1", 2400, 3600))},
        {"IPv4", association(address("::ffff:10.0.0.1", 2400, 3600))},
    }));
    CAPTURE(row.first);
    auto answered = parsed(answer(7, row.second));
    REQUIRE(answered);
    CHECK_FALSE(answered->lease);
}

TEST_CASE("What a lease of IPv6 says beside the address", "[dhcp6]")
{
    auto lease = lease_of(kLease +
                          option(23, octets_of(*parse_ipv6("2001:db8::53")) +
                                         octets_of(*parse_ipv6("fe80::1")) + octets_of(Ipv6{}) +
                                         octets_of(*parse_ipv6("2001:db8::54")) + "\x01"s) +
                          option(24,
                                 "\x07"
                                 "example\x03org\x00\x03"
                                 "a;b\x00\x01x\x00\x3f"s));
    CHECK(lease.nameservers ==
          std::vector<IpAddress>{*parse_ip("2001:db8::53"), *parse_ip("2001:db8::54")});
    CHECK(lease.search_domains == Texts{"example.org", "x"});
    // The first address that can be had, and the server's own times.
    auto second = association(address("2001:db8::49", 0, 0) + address("2001:db8::50", 100, 200) +
                                  address("2001:db8::51", 100, 200),
                              30, 60);
    CHECK(lease_of(second).address == kOwn);
    CHECK(lease_of(second).renew == 30s);
    CHECK(lease_of(second).rebind == 60s);
    CHECK(parsed(answer(7, second))->ended == std::vector<Ipv6>{*parse_ipv6("2001:db8::49")});

    auto endless = lease_of(association(address("2001:db8::50", UINT32_MAX, UINT32_MAX)));
    CHECK(endless.valid == kEndless);
    CHECK(endless.preferred == kEndless);
    CHECK(endless.renew == kEndless);
    CHECK(endless.rebind == kEndless);
    // Deprecated from the start, and times that lie behind the end.
    CHECK(lease_of(association(address("2001:db8::50", 0, 1000))).renew == 500s);
    auto late = lease_of(association(address("2001:db8::50", 500, 1000), UINT32_MAX, UINT32_MAX));
    CHECK(late.rebind == 800s);
    CHECK(late.renew == 500s);
}

TEST_CASE("What a client of IPv6 says", "[dhcp6]")
{
    CHECK(to_octets({.id = 0x010203, .whom = kWhom, .hundredths = 7}) ==
          "\x01\x01\x02\x03"s + option(1, kWhom.client) + option(8, "\x00\x07"s) +
              option(6, "\x00\x17\x00\x18\x00\x52"s) + option(14, "") + association(""));
    CHECK(to_octets({.type = Dhcp6Type::release,
                     .id = 0x010203,
                     .whom = kWhom,
                     .server = kServerDuid,
                     .own = kOwn}) == "\x08\x01\x02\x03"s + option(1, kWhom.client) +
                                          option(2, kServerDuid) + option(8, "\x00\x00"s) +
                                          association(address("2001:db8::50", 0, 0)));
}

// What a server answers to a question.
Dhcp6Answer reply(Dhcp6Type type, const Dhcp6Request& to, const std::string& more = kLease)
{
    auto answered = parsed(answer(static_cast<char>(type), more, to.id));
    REQUIRE(answered);
    return *answered;
}

// One that has asked for the first time; `now` is when.
struct Asking {
    Dhcp6Client client{kWhom, 1};
    Time now{0};
    Dhcp6Request asked;

    Asking()
    {
        CHECK(client.wake() == Time::max());
        CHECK_FALSE(client.on_link(false, AddressState::absent, 5s).send);
        CHECK(client.wake() == Time::max());
        CHECK_FALSE(client.on_link(true, AddressState::absent, 10s).send);
        CHECK(client.wake() >= 10s);
        CHECK(client.wake() <= 11s);
        now = client.wake();
        auto outcome = client.on_time(now);
        REQUIRE(outcome.send);
        asked = *outcome.send;
    }
};

TEST_CASE("From nothing to a lease of IPv6", "[dhcp6]")
{
    Asking asking;
    auto& client = asking.client;
    const auto now = asking.now;
    CHECK(asking.asked == Dhcp6Request{.id = asking.asked.id, .whom = kWhom});
    CHECK(client.wake() > now + 1000ms);
    CHECK(client.wake() <= now + 1100ms);

    SECTION("offers are collected for a second, and the most preferred is taken")
    {
        auto weak = reply(Dhcp6Type::advertise, asking.asked);
        CHECK_FALSE(client.on_answer(weak, now + 10ms).send);
        auto strong = weak;
        strong.preference = 9;
        strong.lease->server = "strong";
        CHECK_FALSE(client.on_answer(strong, now + 20ms).send);
        CHECK_FALSE(client.on_answer(weak, now + 30ms).send);
        auto request = client.on_time(client.wake());
        REQUIRE(request.send);
        CHECK(*request.send == Dhcp6Request{.type = Dhcp6Type::request,
                                            .id = request.send->id,
                                            .whom = kWhom,
                                            .server = "strong",
                                            .own = kOwn});
        CHECK(request.send->id != asking.asked.id);
        auto bound = reply(Dhcp6Type::reply, *request.send);
        CHECK_FALSE(client.on_answer(bound, now + 2s).lease);  // of another server
        bound.server = "strong";
        CHECK(client.on_answer(bound, now + 2s).lease == bound.lease);
        CHECK(client.wake() == now + 2s + 1200s);
    }
    SECTION("one that wants to be taken is")
    {
        auto offer = reply(Dhcp6Type::advertise, asking.asked, kLease + option(7, "\xff"s));
        auto request = client.on_answer(offer, now + 10ms);
        REQUIRE(request.send);
        CHECK(request.send->type == Dhcp6Type::request);
    }
    SECTION("at once, where it was asked for that and says so")
    {
        CHECK_FALSE(client.on_answer(reply(Dhcp6Type::reply, asking.asked), now + 10ms).lease);
        auto bound = reply(Dhcp6Type::reply, asking.asked, kLease + option(14, ""));
        CHECK(client.on_answer(bound, now + 10ms).lease);
    }
    SECTION("answers to another question, and those without a lease")
    {
        auto offer = reply(Dhcp6Type::advertise, asking.asked, kLease + option(7, "\xff"s));
        ++offer.id;
        CHECK_FALSE(client.on_answer(offer, now).send);
        CHECK_FALSE(client.on_answer(reply(Dhcp6Type::advertise, asking.asked, kStatus), now).send);
    }
    SECTION("refused after all")
    {
        auto offer = reply(Dhcp6Type::advertise, asking.asked, kLease + option(7, "\xff"s));
        auto request = client.on_answer(offer, now);
        auto failure = reply(Dhcp6Type::reply, *request.send, option(13, "\x00\x01"s));
        CHECK_FALSE(client.on_answer(failure, now).send);
        CHECK(client.on_time(client.wake()).send->type == Dhcp6Type::request);
        auto refusal = reply(Dhcp6Type::reply, *request.send, kStatus);
        CHECK_FALSE(client.on_answer(refusal, now + 2s).send);
        CHECK(client.wake() == now + 5s);
        CHECK(client.on_time(now + 5s).send->type == Dhcp6Type::solicit);
    }
}

TEST_CASE("No server of IPv6 answers: asked again, ever more patiently", "[dhcp6]")
{
    Asking asking;
    auto& client = asking.client;
    auto before = asking.now, patience = client.wake() - before;
    for (int tries = 0; tries < 20; ++tries) {
        before = client.wake();
        CHECK_FALSE(client.on_time(before - 1ms).send);
        auto again = client.on_time(before);
        REQUIRE(again.send);
        CHECK(again.send->id == asking.asked.id);
        CHECK(again.send->hundredths ==
              std::min<std::int64_t>((before - asking.now).count() / 10, UINT16_MAX));
        const auto next = client.wake() - before;
        CHECK(next <= 3960s);
        if (patience < 1500s) CHECK(next >= patience * 19 / 10);
        if (patience < 1500s) CHECK(next <= patience * 21 / 10);
        if (patience > 2000s) CHECK(next >= 3240s);
        patience = next;
    }
    // A server that has nothing to give may say how often it wants to hear that.
    auto empty = reply(Dhcp6Type::advertise, asking.asked, kStatus + option(82, number(60, 4)));
    CHECK_FALSE(client.on_answer(empty, client.wake() - 1s).send);
    before = client.wake();
    CHECK(client.on_time(before).send);
    CHECK(client.wake() - before <= 66s);
    // Later than the first second the first offer is taken; if it is never confirmed it is given
    // up.
    auto request =
        client.on_answer(reply(Dhcp6Type::advertise, asking.asked), client.wake() - 1s).send;
    REQUIRE(request);
    for (int tries = 1; tries < 10; ++tries)
        CHECK(client.on_time(client.wake()).send->type == Dhcp6Type::request);
    CHECK_FALSE(client.on_time(client.wake()).send);
    CHECK(client.on_time(client.wake()).send->type == Dhcp6Type::solicit);
}

// One with a lease of an hour since the time 100 s, which the kernel has found to be good.
struct Bound : Asking {
    Bound()
    {
        auto bound = reply(Dhcp6Type::reply, asked, kLease + option(14, ""));
        REQUIRE(client.on_answer(bound, 100s).lease);
        CHECK_FALSE(client.on_link(true, AddressState::tentative, 100s).lost);
        CHECK_FALSE(client.on_link(true, AddressState::usable, 101s).lost);
    }
};

TEST_CASE("A lease of IPv6 is renewed, rebound, and lost", "[dhcp6]")
{
    Bound bound;
    auto& client = bound.client;
    CHECK(client.wake() == 1300s);
    auto asked = client.on_time(1300s);
    REQUIRE(asked.send);
    CHECK(*asked.send == Dhcp6Request{.type = Dhcp6Type::renew,
                                      .id = asked.send->id,
                                      .whom = kWhom,
                                      .server = kServerDuid,
                                      .own = kOwn});
    CHECK(client.wake() >= 1309s);
    CHECK(client.wake() <= 1311s);

    SECTION("renewed")
    {
        auto renewed = reply(Dhcp6Type::reply, *asked.send);
        renewed.server = "another";
        CHECK_FALSE(client.on_answer(renewed, 1301s).lease);
        renewed.server = kServerDuid;
        CHECK(client.on_answer(renewed, 1301s).lease);
        CHECK(client.wake() == 2501s);
    }
    SECTION("an answer that says nothing of it changes nothing")
    {
        for (const auto& more : {""s, association(""), kStatus, option(13, "\x00\x01"s)}) {
            auto outcome = client.on_answer(reply(Dhcp6Type::reply, *asked.send, more), 1301s);
            CHECK_FALSE(outcome.lost);
            CHECK_FALSE(outcome.send);
        }
        CHECK(client.on_time(client.wake()).send->type == Dhcp6Type::renew);
    }
    SECTION("taken back")
    {
        auto end = association(address("2001:db8::50", 0, 0));
        CHECK(client.on_answer(reply(Dhcp6Type::reply, *asked.send, end), 1301s).lost);
        CHECK(client.wake() == 1304s);
        CHECK(client.on_time(1304s).send->type == Dhcp6Type::solicit);
    }
    SECTION("another address in its place")
    {
        auto other = association(address("2001:db8::50", 0, 0) + address("2001:db8::51", 100, 200));
        auto outcome = client.on_answer(reply(Dhcp6Type::reply, *asked.send, other), 1301s);
        CHECK_FALSE(outcome.lost);
        CHECK(outcome.lease->address == *parse_ipv6("2001:db8::51"));
        CHECK(client.on_link(true, AddressState::absent, 1302s).send->type == Dhcp6Type::decline);
    }
    SECTION("not known to the server: asked for as if it were new")
    {
        auto unknown = reply(Dhcp6Type::reply, *asked.send, association(option(13, "\x00\x03"s)));
        auto outcome = client.on_answer(unknown, 1301s);
        CHECK_FALSE(outcome.lost);
        REQUIRE(outcome.send);
        CHECK(outcome.send->type == Dhcp6Type::request);
        CHECK(outcome.send->own == kOwn);
        CHECK(client.on_answer(reply(Dhcp6Type::reply, *outcome.send), 1302s).lease);
    }
    SECTION("rebound by whoever answers, and lost in the end")
    {
        while (client.wake() < 2020s)
            CHECK(client.on_time(client.wake()).send->type == Dhcp6Type::renew);
        CHECK(client.wake() == 2020s);
        auto everybody = client.on_time(2020s);
        REQUIRE(everybody.send);
        CHECK(everybody.send->type == Dhcp6Type::rebind);
        CHECK(everybody.send->server.empty());
        CHECK(everybody.send->own == kOwn);
        SECTION("rebound")
        {
            auto again = reply(Dhcp6Type::reply, *everybody.send);
            again.server = again.lease->server = "another";
            CHECK(client.on_answer(again, 2021s).lease->server == "another");
        }
        SECTION("lost")
        {
            while (client.wake() < 3700s)
                CHECK_FALSE(client.on_time(client.wake()).lost);
            CHECK(client.wake() == 3700s);
            CHECK(client.on_time(3700s).lost);
            CHECK_FALSE(client.lease());
            CHECK(client.on_time(client.wake()).send->type == Dhcp6Type::solicit);
        }
    }
    SECTION("a machine that slept through it")
    {
        CHECK(client.on_time(9000s).lost);
    }
    SECTION("given back")
    {
        auto given = client.release();
        CHECK(given.lost);
        REQUIRE(given.send);
        CHECK(*given.send == Dhcp6Request{.type = Dhcp6Type::release,
                                          .id = given.send->id,
                                          .whom = kWhom,
                                          .server = kServerDuid,
                                          .own = kOwn});
        CHECK_FALSE(client.release().send);
        CHECK(client.wake() == Time::max());
    }
}

TEST_CASE("A lease of IPv6 and its link", "[dhcp6]")
{
    SECTION("another machine has the address")
    {
        Asking asking;
        auto& client = asking.client;
        // One that the kernel dropped at once, or kept and marked.
        auto state = GENERATE(AddressState::absent, AddressState::duplicate);
        auto bound = reply(Dhcp6Type::reply, asking.asked, kLease + option(14, ""));
        (void)client.on_answer(bound, 100s);
        (void)client.on_link(true, AddressState::tentative, 100s);
        auto declined = client.on_link(true, state, 101s);
        CHECK(declined.lost);
        REQUIRE(declined.send);
        CHECK(declined.send->type == Dhcp6Type::decline);
        CHECK(declined.send->server == kServerDuid);
        CHECK(declined.send->own == kOwn);
        CHECK_FALSE(client.on_link(true, AddressState::absent, 101s).lost);
        SECTION("confirmed")
        {
            CHECK_FALSE(client.on_answer(reply(Dhcp6Type::reply, *declined.send, ""), 102s).send);
            CHECK(client.wake() == 112s);
        }
        SECTION("or not")
        {
            for (int tries = 1; tries < 4; ++tries)
                CHECK(client.on_time(client.wake()).send->type == Dhcp6Type::decline);
            CHECK_FALSE(client.on_time(client.wake()).send);
        }
        CHECK(client.on_time(client.wake()).send->type == Dhcp6Type::solicit);
    }
    SECTION("somebody took it away")
    {
        Bound bound;
        auto lost = bound.client.on_link(true, AddressState::absent, 200s);
        CHECK(lost.lost);
        CHECK_FALSE(lost.send);
        CHECK(bound.client.on_time(200s).send->type == Dhcp6Type::solicit);
    }
    SECTION("it went with the link, and comes back with it")
    {
        Bound bound;
        auto& client = bound.client;
        CHECK(client.on_link(false, AddressState::absent, 200s).lost);
        CHECK(client.wake() == Time::max());
        (void)client.on_link(true, AddressState::absent, 300s);
        CHECK(client.wake() <= 301s);
        CHECK(client.on_time(client.wake()).send->type == Dhcp6Type::solicit);
    }
    SECTION("without a carrier nobody is asked")
    {
        Asking asking;
        (void)asking.client.on_link(false, AddressState::absent, 20s);
        CHECK(asking.client.wake() == Time::max());
    }
    SECTION("a lease without an end")
    {
        Asking asking;
        auto endless =
            reply(Dhcp6Type::reply, asking.asked,
                  association(address("2001:db8::50", UINT32_MAX, UINT32_MAX)) + option(14, ""));
        CHECK(asking.client.on_answer(endless, 100s).lease);
        CHECK(asking.client.wake() == Time::max());
    }
}

TEST_CASE("The record of a client of IPv6", "[dhcp6]")
{
    const DhcpWish wish{.device = "eth0", .ipv6 = true};
    auto record = record_of(wish, lease_of(kLease + option(23, octets_of(kOwn))));
    CHECK(to_text(record) == "client6 eth0\naddress 2001:db8::50/128\nnameserver 2001:db8::50\n");
    CHECK(parse_dhcp_record(to_text(record)) == record);
    CHECK(parse_dhcp_record("client6 eth0\naddress 10.0.0.2/24\n") == record_of(wish));
    CHECK(dhcp_record_path(wish) == "/run/onectx/dhcp6-eth0");
    CHECK_FALSE(parse_dhcp_record("client6 a/b\n"));
}

}  // namespace
}  // namespace onectx::test
