// Reading the kernel's answer to a request for links: honest datagrams built by hand, and each way
// in which one can be cut short.
#include "guest/system/rtnetlink.h"

#include <linux/if_addr.h>
#include <linux/if_arp.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "tests/support/catch.h"

namespace onectx {

namespace {

template <class T>
std::string bytes_of(const T& value)
{
    std::string bytes(sizeof(T), '\0');
    std::memcpy(bytes.data(), &value, sizeof(T));
    return bytes;
}

std::string padded(std::string bytes)
{
    bytes.resize((bytes.size() + 3) & ~std::size_t{3});
    return bytes;
}

std::string attribute(unsigned short type, const std::string& value)
{
    const rtattr header{static_cast<unsigned short>(sizeof(rtattr) + value.size()), type};
    return padded(bytes_of(header) + value);
}

std::string message(std::uint16_t type, const std::string& body, std::uint16_t flags = NLM_F_MULTI)
{
    nlmsghdr header = {};
    header.nlmsg_len = static_cast<std::uint32_t>(sizeof(header) + body.size());
    header.nlmsg_type = type;
    header.nlmsg_flags = flags;
    return padded(bytes_of(header) + body);
}

std::string link_message(int index, unsigned short type, const std::string& attributes)
{
    ifinfomsg header = {};
    header.ifi_type = type;
    header.ifi_index = index;
    return message(RTM_NEWLINK, bytes_of(header) + attributes);
}

const std::string kMacBytes("\x02\x00\xc0\xa8\x46\x96", 6);
const std::string kOtherMacBytes("\x52\x54\x00\x00\x00\x01", 6);

std::string eth0()
{
    return link_message(2, ARPHRD_ETHER,
                        attribute(IFLA_IFNAME, std::string("eth0\0", 5)) +
                            attribute(IFLA_MTU, std::string(4, '\1')) +
                            attribute(IFLA_ADDRESS, kMacBytes));
}

std::string done()
{
    return message(NLMSG_DONE, std::string(4, '\0'));
}

// The bytes at an address of their own size, so that the sanitizer sees a step past their end.
Result<Dump> read(const std::string& datagram, std::vector<KernelLink>& links)
{
    std::vector<std::byte> bytes(datagram.size());
    if (!bytes.empty()) std::memcpy(bytes.data(), datagram.data(), datagram.size());
    KernelNetwork network;
    auto dump = read_messages(bytes, [&](std::uint16_t type, Bytes content) {
        return read_route_message(type, content, network);
    });
    links.insert(links.end(), network.links.begin(), network.links.end());
    return dump;
}

}  // namespace

TEST_CASE("links of a datagram", "[netlink]")
{
    const auto datagram =
        link_message(1, ARPHRD_LOOPBACK,
                     attribute(IFLA_IFNAME, "lo") + attribute(IFLA_ADDRESS, std::string(6, '\0'))) +
        eth0() +
        link_message(3, ARPHRD_ETHER,
                     attribute(IFLA_IFNAME, std::string("bond0\0", 6)) +
                         attribute(IFLA_ADDRESS, kMacBytes) +
                         attribute(IFLA_PERM_ADDRESS, kOtherMacBytes)) +
        // no address, and one of another length: nothing that a context can name
        link_message(4, ARPHRD_ETHER, attribute(IFLA_IFNAME, "none")) +
        link_message(5, ARPHRD_ETHER,
                     attribute(IFLA_IFNAME, "ib0") + attribute(IFLA_ADDRESS, std::string(20, 'x')));
    std::vector<KernelLink> links;
    CHECK(read(datagram, links) == Dump::more);
    CHECK(read(done(), links) == Dump::done);
    const auto mac = *parse_mac("02:00:c0:a8:46:96");
    CHECK(links == std::vector<KernelLink>{
                       {.index = 2, .name = "eth0", .mac = mac, .mtu = 0x01010101},
                       {.index = 3,
                        .name = "bond0",
                        .mac = mac,
                        .permanent_mac = *parse_mac("52:54:00:00:00:01")},
                   });
}

TEST_CASE("a VLAN of a datagram", "[netlink]")
{
    const auto kind =
        attribute(IFLA_INFO_KIND, "vlan") +
        attribute(IFLA_INFO_DATA, attribute(IFLA_VLAN_ID, std::string("\x64\x00", 2)));
    const auto base = attribute(IFLA_IFNAME, "eth0.100") + attribute(IFLA_ADDRESS, kMacBytes) +
                      attribute(IFLA_LINK, std::string("\x02\x00\x00\x00", 4)) +
                      attribute(IFLA_MAX_MTU, std::string("\xdc\x05\x00\x00", 4));
    std::vector<KernelLink> links;
    read(link_message(3, ARPHRD_ETHER, base + attribute(IFLA_LINKINFO, kind)) +
             link_message(4, ARPHRD_ETHER,
                          base + attribute(IFLA_LINKINFO, kind) +
                              attribute(IFLA_LINK_NETNSID, std::string(4, '\0'))) +
             link_message(5, ARPHRD_ETHER,
                          base + attribute(IFLA_LINKINFO, attribute(IFLA_INFO_KIND, "macvlan"))),
         links);
    REQUIRE(links.size() == 3);
    CHECK(links[0].vlan == 100U);
    CHECK(links[0].parent == 2);
    CHECK(links[0].max_mtu == 1500);
    CHECK(links[1].parent == 0);  // an index of another name space
    CHECK_FALSE(links[2].vlan);
}

TEST_CASE("the end of a dump in the same datagram", "[netlink]")
{
    std::vector<KernelLink> links;
    CHECK(read(eth0() + done(), links) == Dump::done);
    CHECK(links.size() == 1);
}

TEST_CASE("a dump that links changed under is told apart", "[netlink]")
{
    std::vector<KernelLink> links;
    const auto interrupted =
        message(NLMSG_DONE, std::string(4, '\0'), NLM_F_MULTI | NLM_F_DUMP_INTR);
    CHECK(read(eth0() + interrupted, links) == Dump::interrupted);
}

TEST_CASE("the kernel's refusal", "[netlink]")
{
    nlmsgerr error = {};
    error.error = -EPERM;
    std::vector<KernelLink> links;
    auto dump = read(message(NLMSG_ERROR, bytes_of(error), 0), links);
    REQUIRE_FALSE(dump);
    CHECK(dump.error() == Error{"Operation not permitted", EPERM});
}

TEST_CASE("a datagram that is cut anywhere is read as far as it is whole", "[netlink]")
{
    const auto whole = eth0();
    std::vector<KernelLink> links;
    CHECK(read("", links) == Dump::more);
    for (std::size_t size = 1; size < whole.size(); ++size) {
        auto dump = read(whole.substr(0, size), links);
        REQUIRE_FALSE(dump);
        CHECK(dump.error().message == "the kernel's answer is cut short");
    }
    CHECK(links.empty());
}

TEST_CASE("a dump that fails on the way says so at its end", "[netlink]")
{
    const int code = -ENOBUFS;
    std::vector<KernelLink> links;
    auto dump = read(message(NLMSG_DONE, bytes_of(code)), links);
    REQUIRE_FALSE(dump);
    CHECK(dump.error().code == ENOBUFS);
    nlmsgerr acknowledgement = {};
    CHECK(read(message(NLMSG_ERROR, bytes_of(acknowledgement), 0), links) == Dump::done);
}

TEST_CASE("addresses and routes that are cut anywhere, or of odd sizes", "[netlink]")
{
    const auto address = bytes_of(ifaddrmsg{AF_INET, 24, 0, RT_SCOPE_UNIVERSE, 2}) +
                         attribute(IFA_LOCAL, std::string("\x0a\0\0\2", 4)) +
                         attribute(IFA_FLAGS, "\x80");
    rtmsg header{};
    header.rtm_family = AF_INET6;
    header.rtm_type = RTN_UNICAST;
    header.rtm_table = RT_TABLE_MAIN;
    const auto route = bytes_of(header) + attribute(RTA_GATEWAY, std::string(16, '\1')) +
                       attribute(RTA_OIF, std::string("\2\0\0\0", 4)) +
                       attribute(RTA_DST, std::string(5, '\1'));
    auto read_body = [](std::uint16_t type, const std::string& body) {
        std::vector<std::byte> bytes(body.size());
        if (!bytes.empty()) std::memcpy(bytes.data(), body.data(), body.size());
        KernelNetwork network;
        auto done = read_route_message(type, bytes, network);
        return std::to_string(network.addresses.size() + network.routes.size()) +
               (done ? "" : " " + done.error().message);
    };
    CHECK(read_body(RTM_NEWADDR, address) == "1");
    CHECK(read_body(RTM_NEWROUTE, route) == "0");  // a destination of five octets is none
    CHECK(read_body(RTM_NEWROUTE, route.substr(0, route.size() - 12)) == "1");
    constexpr std::size_t kPadding = 3;  // which is no part of the last attribute
    for (std::size_t size = 0; size < address.size() - kPadding; ++size)
        if (auto read = read_body(RTM_NEWADDR, address.substr(0, size)); read.size() == 1)
            CHECK((size == 8 || size == 16));
    for (std::size_t size = 0; size < sizeof(rtmsg); ++size)
        CHECK(read_body(RTM_NEWROUTE, route.substr(0, size)) ==
              "0 the kernel's answer is cut short");
}

TEST_CASE("attributes whose length lies are refused", "[netlink]")
{
    for (const std::uint16_t length : std::vector<std::uint16_t>{0, 3, 200, 65535}) {
        auto lying = attribute(IFLA_IFNAME, "eth0");
        std::memcpy(lying.data(), &length, sizeof(length));
        std::vector<KernelLink> links;
        auto dump = read(link_message(2, ARPHRD_ETHER, lying), links);
        REQUIRE_FALSE(dump);
        CHECK(dump.error().message == "the kernel's answer is cut short");
    }
}

}  // namespace onectx
