// Addresses: which spellings are read, which are refused, and the one way each is printed.
#include "common/address.h"

#include "tests/support/catch.h"

using std::string_view_literals::operator""sv;

namespace onectx {
namespace {

// What a text reads as, printed; "-" when it reads as nothing.
template <class T>
std::string shown(const std::optional<T>& value)
{
    return value ? to_text(*value) : "-";
}

struct Row {
    std::string_view text, expected;
};

}  // namespace

TEST_CASE("address: MAC", "[address]")
{
    auto row = GENERATE(values<Row>({
        {"02:00:c0:a8:46:96", "02:00:c0:a8:46:96"},
        {"02-00-C0-A8-46-96", "02:00:c0:a8:46:96"},
        {" 2:0:c0:A8:46:96\n", "02:00:c0:a8:46:96"},
        {"", "-"},
        {"02:00:c0:a8:46", "-"},
        {"02:00:c0:a8:46:96:00", "-"},
        {"02:00:c0:a8:46:", "-"},
        {"02:00:c0:a8:46:g6", "-"},
        {"02:00:c0:a8:46:096", "-"},
        {"02:00:c0:a8:46:-6", "-"},
        {"02:00-c0:a8-46:96", "-"},
        {"02:00:c0:a8: 46:96", "-"},
        {"0200c0a84696", "-"},
    }));
    CAPTURE(row.text);
    CHECK(shown(parse_mac(row.text)) == row.expected);
}

TEST_CASE("address: IPv4", "[address]")
{
    auto row = GENERATE(values<Row>({
        {"10.0.0.1", "10.0.0.1"},
        {"\t255.255.255.255 ", "255.255.255.255"},
        {"0.0.0.0", "0.0.0.0"},
        {"", "-"},
        {"10.0.0", "-"},
        {"10.0.0.1.2", "-"},
        {"10.0.0.256", "-"},
        {"10.0.0.01", "-"},
        {"10.0.0.00", "-"},
        {"10.0.0.-1", "-"},
        {"10.0.0.+1", "-"},
        {"10.0.0.0x1", "-"},
        {"10.0.0. 1", "-"},
        {"10.0.0.", "-"},
        {"10.0.0.1/8", "-"},
        {"10.0.0.1\0"sv, "-"},
        {"99999999999999999999.0.0.1", "-"},
    }));
    CAPTURE(row.text);
    CHECK(shown(parse_ipv4(row.text)) == row.expected);
}

TEST_CASE("address: IPv6 is read as RFC 4291 and printed as RFC 5952", "[address]")
{
    auto row = GENERATE(values<Row>({
        {"2001:DB8:0:0:8:800:200C:417A", "2001:db8::8:800:200c:417a"},
        {"2001:db8::1", "2001:db8::1"},
        {" 2001:0db8:0000:0000:0000:0000:0000:0001 ", "2001:db8::1"},
        {"::", "::"},
        {"::1", "::1"},
        {"1::", "1::"},
        {"0:0:0:0:0:0:0:0", "::"},
        // One group is not shortened, the first of two equal runs is, the longer wins.
        {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
        {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
        {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
        {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
        {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
        {"::ffff:192.0.2.1", "::ffff:192.0.2.1"},
        {"::FFFF:c000:0201", "::ffff:192.0.2.1"},
        {"64:ff9b::192.0.2.33", "64:ff9b::c000:221"},
        {"1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"},
        {"::1.2.3.4", "::102:304"},
        {"", "-"},
        {":", "-"},
        {":::", "-"},
        {"1", "-"},
        {"1::2::3", "-"},
        {"1:2:3:4:5:6:7", "-"},
        {"1:2:3:4:5:6:7:8:9", "-"},
        {"1:2:3:4:5:6:7::8", "-"},
        {"1:2:3:4::5:6:7:8", "-"},
        {":1::", "-"},
        {"1:", "-"},
        {":1:2:3:4:5:6:7", "-"},
        {"12345::", "-"},
        {"g::", "-"},
        {"fe80::1%eth0", "-"},
        {"fe80::1/64", "-"},
        {"1.2.3.4::", "-"},
        {"1.2.3.4", "-"},
        {"::1.2.3.4:1", "-"},
        {"::1.2.3", "-"},
        {"::01.2.3.4", "-"},
        {":: 1.2.3.4", "-"},
        {"1:2:3:4:5:6:7:1.2.3.4", "-"},
        {"::1:2:3:4:5:6:1.2.3.4", "-"},
        {"[::1]", "-"},
    }));
    CAPTURE(row.text);
    CHECK(shown(parse_ipv6(row.text)) == row.expected);
}

TEST_CASE("address: a prefix keeps its host bits and refuses a length beyond the family's",
          "[address]")
{
    auto row = GENERATE(values<Row>({
        {"10.1.2.3/8", "10.1.2.3/8"},
        {"10.1.2.3", "10.1.2.3/32"},
        {"0.0.0.0/0", "0.0.0.0/0"},
        {" 2001:db8::/32 ", "2001:db8::/32"},
        {"2001:db8::1", "2001:db8::1/128"},
        {"10.0.0.0/33", "-"},
        {"2001:db8::/129", "-"},
        {"10.0.0.0/", "-"},
        {"10.0.0.0/08", "-"},
        {"10.0.0.0/-1", "-"},
        {"10.0.0.0/8/8", "-"},
        {"10.0.0.0 /8", "-"},
        {"10.0.0.0/ 8", "-"},
        {"10.0.0.0/255.0.0.0", "-"},
        {"/8", "-"},
        {"", "-"},
    }));
    CAPTURE(row.text);
    CHECK(shown(parse_prefix(row.text)) == row.expected);
}

TEST_CASE("address: a mask in every spelling", "[address]")
{
    struct MaskRow {
        std::string_view text;
        std::optional<unsigned> expected;
    };
    auto row = GENERATE(values<MaskRow>({
        {"255.255.255.0", 24},
        {" 255.255.255.255 ", 32},
        {"0.0.0.0", 0},
        {"128.0.0.0", 1},
        {"24", 24},
        {"/24", 24},
        {"0", 0},
        {"32", 32},
        {"0xffffff00", 24},
        {"0XFFFFFFFE", 31},
        {"", std::nullopt},
        {"/", std::nullopt},
        {"33", std::nullopt},
        {"/33", std::nullopt},
        {"024", std::nullopt},
        {"//24", std::nullopt},
        {"-1", std::nullopt},
        {"255.0.255.0", std::nullopt},
        {"0.255.255.255", std::nullopt},
        {"255.255.255", std::nullopt},
        {"0xff00ff00", std::nullopt},
        {"0x0fffffff0", std::nullopt},
        {"0x", std::nullopt},
        {"ffffff00", std::nullopt},
    }));
    CAPTURE(row.text);
    CHECK(parse_mask(row.text) == row.expected);
}

TEST_CASE("address: masks and networks", "[address]")
{
    CHECK(to_text(mask_of(0)) == "0.0.0.0");
    CHECK(to_text(mask_of(20)) == "255.255.240.0");
    CHECK(to_text(mask_of(32)) == "255.255.255.255");
    for (unsigned length = 0; length <= 32; ++length)
        CHECK(parse_mask(to_text(mask_of(length))) == length);

    CHECK(to_text(network_of(*parse_ipv4("192.168.70.150"), 24)) == "192.168.70.0");
    CHECK(to_text(network_of(*parse_ipv4("192.168.70.150"), 27)) == "192.168.70.128");
    CHECK(to_text(network_of(*parse_ipv4("192.168.70.150"), 0)) == "0.0.0.0");
    CHECK(to_text(network_of(*parse_ipv4("192.168.70.150"), 32)) == "192.168.70.150");
    CHECK(to_text(network_of(*parse_ipv6("2001:db8:ffff::1"), 35)) == "2001:db8:e000::");
    CHECK(to_text(network_of(*parse_ipv6("2001:db8::1"), 128)) == "2001:db8::1");
}

TEST_CASE("address: which prefix holds which address", "[address]")
{
    struct HoldRow {
        std::string_view prefix, address;
        bool holds;
    };
    auto row = GENERATE(values<HoldRow>({
        {"10.0.0.7/24", "10.0.0.254", true},
        {"10.0.0.7/24", "10.0.1.1", false},
        {"10.0.0.7/32", "10.0.0.7", true},
        {"0.0.0.0/0", "203.0.113.1", true},
        {"0.0.0.0/0", "::1", false},
        {"2001:db8::/33", "2001:db8:8000::", false},
        {"2001:db8::/32", "2001:db8:8000::", true},
        {"::/0", "10.0.0.1", false},
    }));
    CAPTURE(row.prefix, row.address);
    CHECK(contains(*parse_prefix(row.prefix), *parse_ip(row.address)) == row.holds);
}

TEST_CASE("address: link-local and family", "[address]")
{
    CHECK(is_link_local(*parse_ip("169.254.16.9")));
    CHECK(is_link_local(*parse_ip("fe80::1")));
    CHECK(is_link_local(*parse_ip("febf::1")));
    CHECK_FALSE(is_link_local(*parse_ip("fec0::1")));
    CHECK_FALSE(is_link_local(*parse_ip("169.255.0.1")));
    CHECK_FALSE(is_link_local(*parse_ip("10.0.0.1")));
    CHECK(is_ipv4(*parse_ip("10.0.0.1")));
    CHECK_FALSE(is_ipv4(*parse_ip("::ffff:10.0.0.1")));
    CHECK(parse_ip("host") == std::nullopt);
}

}  // namespace onectx
