// DHCPv4 without a network: messages, the states of a client, its record, and which clients run.
#include <map>

#include "common/text.h"
#include "guest/model/dhcp_client.h"
#include "guest/model/dhcp_record.h"
#include "guest/plan/dhcp.h"
#include "tests/support/catch.h"
#include "tests/support/memory_tree.h"
#include "tests/support/network_samples.h"

namespace onectx::test {
namespace {

using std::literals::chrono_literals::operator""s;
using std::literals::chrono_literals::operator""ms;
using std::literals::string_literals::operator""s;
using Time = DhcpClient::Time;

const Mac kMac = *parse_mac("02:00:0a:00:00:02");
const Ipv4 kServer = *parse_ipv4("10.0.0.1");
const Ipv4 kOwn = *parse_ipv4("10.0.0.50");

using Options = std::map<unsigned char, std::string>;

std::string octets(const Options& options)
{
    std::string text;
    for (const auto& [code, value] : options)
        text += std::string(1, static_cast<char>(code)) +
                std::string(1, static_cast<char>(value.size())) + value;
    return text;
}

// An answer as a server would send it, with these options over the usual ones.
std::string answer(char type, const Options& more = {}, std::uint32_t id = 0x01020304)
{
    std::string text(236, '\0');
    text[0] = 2;
    text[1] = 1;
    text[2] = 6;
    for (unsigned i = 0; i < 4; ++i)
        text[4 + i] = static_cast<char>(id >> (24 - 8 * i));
    text.replace(16, 4, std::string(kOwn.octets.begin(), kOwn.octets.end()));
    text.replace(28, 6, std::string(kMac.octets.begin(), kMac.octets.end()));
    Options options{{1, "\xff\xff\xff\x00"s},
                    {51, "\x00\x00\x0e\x10"s},
                    {53, std::string(1, type)},
                    {54, "\x0a\x00\x00\x01"s}};
    for (const auto& [code, value] : more)
        options[code] = value;
    return text + "\x63\x82\x53\x63"s + octets(options) + "\xff"s;
}

DhcpLease lease_of(const Options& more)
{
    auto parsed = parse_dhcp_answer(answer(5, more));
    REQUIRE(parsed);
    REQUIRE(parsed->lease);
    return *parsed->lease;
}

std::vector<std::string> routes_of(const DhcpLease& lease)
{
    std::vector<std::string> texts;
    for (const auto& route : lease.routes)
        texts.push_back(to_text(LinkItem{route}));
    return texts;
}

using Texts = std::vector<std::string>;

TEST_CASE("An answer of a server", "[dhcp]")
{
    auto parsed = parse_dhcp_answer(answer(5));
    REQUIRE(parsed);
    CHECK(parsed->type == DhcpType::ack);
    CHECK(parsed->id == 0x01020304);
    CHECK(parsed->mac == kMac);
    CHECK(parsed->server == kServer);
    CHECK(parsed->lease == DhcpLease{.address = {kOwn, 24},
                                     .server = kServer,
                                     .routes = {},
                                     .nameservers = {},
                                     .search_domains = {},
                                     .valid = 3600s,
                                     .renew = 1800s,
                                     .rebind = 3150s});
    auto refusal = parse_dhcp_answer(answer(6));
    REQUIRE(refusal);
    CHECK_FALSE(refusal->lease);

    auto text = answer(5);
    for (std::size_t size = 0; size < text.size(); ++size)
        // Reads nothing outside; the sanitizers watch.
        static_cast<void>(parse_dhcp_answer(text.substr(0, size)));
    CHECK_FALSE(parse_dhcp_answer(text.substr(0, 239)));
    CHECK_FALSE(parse_dhcp_answer(answer(3)));  // what a client says
    text[0] = 1;
    CHECK_FALSE(parse_dhcp_answer(text));
}

TEST_CASE("An offer that is none", "[dhcp]")
{
    auto row = GENERATE(values<std::pair<std::string_view, Options>>({
        {"no time", {{51, ""}}},
        {"a short time", {{51, "\x00\x10"s}}},
        {"no server", {{54, ""}}},
        {"no type", {{53, ""}}},
    }));
    CAPTURE(row.first);
    CHECK_FALSE(parse_dhcp_answer(answer(2, row.second)));
    for (const auto* address : {"0.0.0.0", "127.0.0.1", "224.0.0.1", "255.255.255.255"}) {
        auto text = answer(2);
        auto own = *parse_ipv4(address);
        text.replace(16, 4, std::string(own.octets.begin(), own.octets.end()));
        CHECK_FALSE(parse_dhcp_answer(text));
    }
}

TEST_CASE("What a lease says beside the address", "[dhcp]")
{
    CHECK(routes_of(lease_of({{3, "\x0a\x00\x00\x01\x0a\x00\x00\x02"s}})) ==
          Texts{"0.0.0.0/0 via 10.0.0.1"});
    // A gateway that the prefix does not cover; without a mask none is covered.
    CHECK(routes_of(lease_of({{3, "\x0a\x09\x09\x09"s}})) ==
          Texts{"0.0.0.0/0 via 10.9.9.9 onlink"});
    CHECK(lease_of({{1, ""}}).address == Ipv4Interface{kOwn, 32});
    CHECK(lease_of({{1, "\xff\x00\xff\x00"s}}).address == Ipv4Interface{kOwn, 32});
    // RFC 3442: with these the router does not count; 0.0.0.0 is the link itself.
    CHECK(
        routes_of(lease_of({{3, "\x0a\x00\x00\x01"s},
                            {121, "\x00\x0a\x00\x00\x09"s + "\x10\x0a\x08\x0a\x00\x00\x08"s +
                                      "\x20\xa9\xfe\xa9\xfe\x00\x00\x00\x00"s + "\x21"s}})) ==
        Texts{"0.0.0.0/0 via 10.0.0.9", "10.8.0.0/16 via 10.0.0.8", "169.254.169.254/32 via link"});
    auto lease = lease_of({{6, "\x0a\x00\x00\x35\x00\x00\x00\x00\x08\x08\x08\x08\x01"s},
                           {15, "example.org corp.example bad;name"},
                           {26, "\x05\x78"s}});
    CHECK(lease.nameservers ==
          std::vector<IpAddress>{*parse_ip("10.0.0.53"), *parse_ip("8.8.8.8")});
    CHECK(lease.search_domains == Texts{"example.org", "corp.example"});
    CHECK(lease.mtu == 1400U);
    CHECK_FALSE(lease_of({{26, "\x01\x00"s}}).mtu);  // 256 would be a mistake
    // RFC 3397, the second name ending in the first.
    CHECK(lease_of({{119, "\x01\x61\x07\x65xample\x00\x01\x62\xc0\x02"s}}).search_domains ==
          Texts{"a.example", "b.example"});
    for (const auto& circle : {"\xc0\x00"s, "\x01\x61\xc0\x00"s, "\x01\x61\xc0"s, "\x3f\x61"s})
        CHECK(lease_of({{119, circle}}).search_domains.size() <= 1);
    auto endless = lease_of({{51, "\xff\xff\xff\xff"s}});
    CHECK(endless.valid == kEndless);
    CHECK(endless.renew == kEndless);
    auto odd = lease_of({{58, "\x00\x00\x20\x00"s}, {59, "\x00\x00\x20\x00"s}});
    CHECK(odd.rebind == 3150s);
    CHECK(odd.renew == 1800s);
}

TEST_CASE("Options in parts, and in the fields of old", "[dhcp]")
{
    auto text = answer(5, {{52, "\x01"s}});
    text.replace(108, 7, "\x0f\x05local\xff"s.substr(0, 7));
    auto parsed = parse_dhcp_answer(text);
    REQUIRE(parsed);
    CHECK(parsed->lease->search_domains == Texts{"local"});
    text = answer(5, {{15, "exam"}});
    text.insert(text.size() - 1, "\x0f\x04ple."s);
    parsed = parse_dhcp_answer(text);
    REQUIRE(parsed);
    CHECK(parsed->lease->search_domains == Texts{"example."});
}

TEST_CASE("What a client says, and the packet around it", "[dhcp]")
{
    auto text = to_octets({.type = DhcpType::request,
                           .id = 0x01020304,
                           .mac = kMac,
                           .seconds = 7,
                           .requested = kOwn,
                           .server = kServer});
    CHECK(text.size() == 300);
    CHECK(text.substr(0, 12) == "\x01\x01\x06\x00\x01\x02\x03\x04\x00\x07\x00\x00"s);
    CHECK(text.substr(28, 6) == std::string(kMac.octets.begin(), kMac.octets.end()));
    CHECK(text.substr(236, 7) == "\x63\x82\x53\x63\x35\x01\x03"s);
    CHECK(text.find("\x32\x04\x0a\x00\x00\x32"s) != std::string::npos);
    CHECK(text.find("\x36\x04\x0a\x00\x00\x01"s) != std::string::npos);

    auto packet = to_packet("abc", Ipv4{}, Ipv4{{255, 255, 255, 255}});
    CHECK(packet.size() == 31);
    CHECK_FALSE(payload_of(packet));  // to the server's port, not ours
    std::swap(packet[20], packet[22]);
    std::swap(packet[21], packet[23]);
    CHECK(payload_of(packet) == "abc");
    CHECK(payload_of(packet + "padding of Ethernet") == "abc");
    for (std::size_t size = 0; size < packet.size(); ++size)
        CHECK_FALSE(payload_of(packet.substr(0, size)));
    for (std::size_t at : {0U, 3U, 6U, 9U, 10U, 21U, 23U}) {
        auto other = packet;
        other[at] = static_cast<char>(other[at] ^ 0x21);
        CAPTURE(at);
        CHECK_FALSE(payload_of(other));
    }
}

// The answer that this client is waiting for.
DhcpAnswer reply(DhcpType type, const DhcpClient::Send& to)
{
    auto parsed = parse_dhcp_answer(answer(static_cast<char>(type), {}, to.message.id));
    REQUIRE(parsed);
    return *parsed;
}

// A client with a lease of an hour that it asked for at the time 0.
struct Bound {
    DhcpClient client{kMac, 1, 0ms};
    Bound()
    {
        auto asked = client.on_time(0ms);
        auto request = client.on_answer(reply(DhcpType::offer, *asked.send), 0ms);
        auto bound = client.on_answer(reply(DhcpType::ack, *request.send), 10ms);
        REQUIRE(bound.lease);
    }
};

TEST_CASE("From nothing to a lease", "[dhcp]")
{
    DhcpClient client(kMac, 1, 1000ms);
    CHECK(client.wake() == 1000ms);
    auto asked = client.on_time(1000ms);
    REQUIRE(asked.send);
    CHECK(asked.send->message.type == DhcpType::discover);
    CHECK_FALSE(asked.send->to);
    // Others' answers, and answers to another question.
    auto offer = reply(DhcpType::offer, *asked.send);
    auto other = offer;
    other.mac = *parse_mac("02:00:0a:00:00:03");
    CHECK_FALSE(client.on_answer(other, 1100ms).send);
    other = offer;
    ++other.id;
    CHECK_FALSE(client.on_answer(other, 1100ms).send);
    CHECK_FALSE(client.on_answer(reply(DhcpType::ack, *asked.send), 1100ms).lease);

    auto request = client.on_answer(offer, 1200ms);
    REQUIRE(request.send);
    CHECK(request.send->message == DhcpRequest{.type = DhcpType::request,
                                               .id = asked.send->message.id,
                                               .mac = kMac,
                                               .requested = kOwn,
                                               .server = kServer});
    auto of_another = reply(DhcpType::ack, *request.send);
    of_another.server = *parse_ipv4("10.0.0.2");
    CHECK_FALSE(client.on_answer(of_another, 1300ms).lease);
    auto bound = client.on_answer(reply(DhcpType::ack, *request.send), 1300ms);
    REQUIRE(bound.lease);
    CHECK(bound.lease->address == Ipv4Interface{kOwn, 24});
    CHECK_FALSE(bound.send);
    CHECK(client.wake() == 1200ms + 1800s);
    CHECK_FALSE(client.on_answer(reply(DhcpType::nak, *request.send), 1400ms).lost);
}

TEST_CASE("Nobody answers: asked again, ever more patiently", "[dhcp]")
{
    DhcpClient client(kMac, 7, 0ms);
    auto now = 0ms;
    for (auto patience : {4s, 8s, 16s, 32s, 64s, 64s, 64s}) {
        auto asked = client.on_time(now);
        REQUIRE(asked.send);
        CHECK(asked.send->message.type == DhcpType::discover);
        CHECK(client.wake() - now >= patience - 1s);
        CHECK(client.wake() - now <= patience + 1s);
        CHECK_FALSE(client.on_time(client.wake() - 1ms).send);
        now = client.wake();
    }
    // An offer that is never confirmed is given up.
    auto offer = client.on_time(now);
    (void)client.on_answer(reply(DhcpType::offer, *offer.send), now);
    for (int tries = 0; tries < 3; ++tries)
        CHECK(client.on_time(client.wake()).send->message.type == DhcpType::request);
    CHECK_FALSE(client.on_time(client.wake()).send);
    CHECK(client.on_time(client.wake()).send->message.type == DhcpType::discover);
}

TEST_CASE("A lease is renewed, rebound, and lost", "[dhcp]")
{
    Bound bound;
    auto& client = bound.client;
    CHECK(client.wake() == 1800s);
    auto asked = client.on_time(1800s);
    REQUIRE(asked.send);
    CHECK(asked.send->to == kServer);
    CHECK(asked.send->message.own == kOwn);
    CHECK_FALSE(asked.send->message.requested);
    CHECK_FALSE(asked.send->message.server);
    CHECK(client.wake() == 1800s + 675s);  // half of what is left to T2

    SECTION("renewed")
    {
        auto renewed = client.on_answer(reply(DhcpType::ack, *asked.send), 1801s);
        CHECK(renewed.lease);
        CHECK_FALSE(renewed.lost);
        CHECK(client.wake() == 1800s + 1800s);
    }
    SECTION("refused")
    {
        CHECK(client.on_answer(reply(DhcpType::nak, *asked.send), 1801s).lost);
        CHECK(client.on_time(client.wake()).send->message.type == DhcpType::discover);
    }
    SECTION("rebound by whoever answers, and lost in the end")
    {
        while (client.wake() < 3150s)
            CHECK(client.on_time(client.wake()).send->to == kServer);
        auto everybody = client.on_time(3150s);
        REQUIRE(everybody.send);
        CHECK_FALSE(everybody.send->to);
        CHECK(everybody.send->message.own == kOwn);
        while (client.wake() < 3600s)
            CHECK_FALSE(client.on_time(client.wake()).lost);
        CHECK(client.wake() == 3600s);
        CHECK(client.on_time(3600s).lost);
        CHECK_FALSE(client.lease());
    }
    SECTION("a machine that slept through it")
    {
        CHECK(client.on_time(9000s).lost);
    }
    SECTION("given back")
    {
        auto given = client.release();
        CHECK(given.lost);
        CHECK(given.send->message.type == DhcpType::release);
        CHECK(given.send->to == kServer);
        CHECK_FALSE(client.release().send);
    }
}

TEST_CASE("The record of a client as text and back", "[dhcp]")
{
    DhcpRecord record{.wish = {.device = "eth0", .metric = 7, .keep_mtu = true},
                      .address = IpPrefix{kOwn, 24},
                      .nameservers = {kServer},
                      .search_domains = {"example.org"}};
    CHECK(to_text(record) ==
          "client eth0 7 keep-mtu\naddress 10.0.0.50/24\nnameserver 10.0.0.1\n"
          "search example.org\n");
    CHECK(parse_dhcp_record(to_text(record)) == record);
    CHECK(parse_dhcp_record("client eth0 7\nrubbish\nnameserver x\nsearch a;b\naddress ::1/64\n") ==
          record_of({.device = "eth0", .metric = 7}));
    for (const auto* text :
         {"", "client eth0", "client eth0 x", "client a/b 1", "address 1.2.3.4/8"})
        CHECK_FALSE(parse_dhcp_record(text));
}

// What is started and ended: "+eth0 1024", "-eth0"; of IPv6: "+6 eth0", "-6 eth0".
Texts planned(const Network& network, const std::vector<DhcpWish>& running,
              const std::string& backend = "netlink", Stage stage = Stage::all)
{
    MemoryTree tree;
    Settings settings;
    Policy policy;
    Facts facts;
    facts.dhcp_clients = running;
    auto plan = plan_dhcp(network, {settings, policy, facts, tree, backend, stage});
    Texts texts;
    for (const auto& change : plan.ends)
        texts.push_back((change.client.ipv6 ? "-6 " : "-") + change.client.device);
    for (const auto& change : plan.starts)
        texts.push_back(change.client.ipv6 ? "+6 " + change.client.device
                                           : "+" + change.client.device + " " +
                                                 std::to_string(change.client.metric) +
                                                 (change.client.keep_mtu ? " keep" : ""));
    return texts;
}

TEST_CASE("Which clients have to run", "[dhcp]")
{
    auto dhcp = network_of_nic({{"METHOD", "dhcp"}, {"IP6_METHOD", "skip"}});
    CHECK(planned(dhcp, {}) == Texts{"+eth0 1024"});
    CHECK(planned(dhcp, {}, "netlink", Stage::network) == Texts{"+eth0 1024"});
    CHECK(planned(dhcp, {}, "netlink", Stage::local).empty());
    CHECK(planned(dhcp, {}, "networkd").empty());
    CHECK(planned(dhcp, {{"eth0"}}).empty());
    CHECK(planned(dhcp, {{"eth0"}}, "networkd") == Texts{"-eth0"});
    CHECK(planned(dhcp, {{"lan0"}}) == Texts{"-lan0", "+eth0 1024"});  // the NIC was renamed
    CHECK(planned(dhcp, {{"eth0", 5}}) == Texts{"-eth0", "+eth0 1024"});
    CHECK(planned(network_of_nic({{"METHOD", "dhcp"}, {"METRIC", "5"}, {"MTU", "1400"}}), {}) ==
          Texts{"+eth0 5 keep", "+6 eth0"});
    CHECK(planned(network_of_nic({{"IP", "10.0.0.2/24"}}), {{"eth0"}}) == Texts{"-eth0"});
    // No two default routes are equal.
    CHECK(planned(network_of_values({{"ETH0_MAC", "02:00:0a:00:00:02"},
                                     {"ETH0_METHOD", "dhcp"},
                                     {"ETH0_IP6_METHOD", "skip"},
                                     {"ETH1_MAC", "02:00:0a:00:00:03"},
                                     {"ETH1_METHOD", "dhcp"},
                                     {"ETH1_IP6_METHOD", "skip"}}),
                  {}) == Texts{"+eth0 1024", "+eth1 1026"});
    // One for each family.
    auto dhcp6 = network_of_nic({{"IP6_METHOD", "dhcp"}, {"METRIC", "5"}});
    const DhcpWish client6{.device = "eth0", .ipv6 = true};
    CHECK(planned(dhcp6, {}) == Texts{"+6 eth0"});
    CHECK(planned(dhcp6, {client6}).empty());
    CHECK(planned(dhcp6, {{"eth0"}}) == Texts{"-eth0", "+6 eth0"});
    CHECK(planned(dhcp, {{"eth0"}, client6}) == Texts{"-6 eth0"});
    // One that is skipped goes on, and so do all when parts of the context cannot be read.
    Network skipped;
    skipped.skipped = dhcp.nics;
    CHECK(planned(skipped, {{"eth0"}}).empty());
    CHECK(planned({}, {{"eth0"}}) == Texts{"-eth0"});
    Network incomplete;
    incomplete.complete = false;
    CHECK(planned(incomplete, {{"eth0"}}).empty());
}

}  // namespace
}  // namespace onectx::test
