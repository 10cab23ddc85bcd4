// A virtual router: forwarding, and what keepalived, dnsmasq and radvd are told.
#include "common/base64.h"
#include "guest/model/xml.h"
#include "guest/net/own_files.h"
#include "tests/support/catch.h"
#include "tests/support/machine.h"

namespace onectx::test {
namespace {

using Lines = std::vector<std::string>;

constexpr auto kForwarding = "/etc/sysctl.d/60-onectx-router.conf";
constexpr auto kKeepalived = "/etc/keepalived/keepalived.conf";

const std::string kPrivate =
    "<VNET><ID>3</ID><NAME>inside</NAME><AR_POOL>"
    "<AR><AR_ID>0</AR_ID><IP>10.0.0.1</IP><MAC>02:00:0a:00:00:01</MAC><SIZE>4</SIZE></AR>"
    "<AR><AR_ID>1</AR_ID><IP>10.0.0.200</IP><SIZE>2</SIZE><GLOBAL_PREFIX>2001:db8::</GLOBAL_PREFIX>"
    "<ULA_PREFIX>fd00::</ULA_PREFIX></AR>"
    "<AR><AR_ID>2</AR_ID><IP>172.16.0.1</IP><SIZE>9</SIZE></AR>"
    "<AR><AR_ID>3</AR_ID><MAC>02:00:00:00:00:01</MAC><SIZE>9</SIZE></AR></AR_POOL>"
    "<TEMPLATE><DHCP><![CDATA[YES]]></DHCP><RADVD>YES</RADVD>"
    "<NTP_SERVER>10.0.0.9</NTP_SERVER></TEMPLATE></VNET>";
const std::string kPublic =
    "<VNET><ID>1</ID><TEMPLATE><DNS>192.0.2.53 192.0.2.54</DNS><SEARCH>example.org</SEARCH>"
    "</TEMPLATE></VNET>";

struct Router : Machine {
    explicit Router(std::initializer_list<std::pair<std::string, std::string>> values);
};

Router::Router(std::initializer_list<std::pair<std::string, std::string>> values)
{
    context = context_of({{"VROUTER_ID", "7"},
                          {"ETH0_MAC", "02:00:c0:00:02:02"},
                          {"ETH0_IP", "192.0.2.2"},
                          {"ETH0_MASK", "255.255.255.0"},
                          {"ETH1_MAC", "02:00:0a:00:00:01"},
                          {"ETH1_IP", "10.0.0.1"},
                          {"ETH1_MASK", "255.255.255.0"},
                          {"ETH1_IP6", "2001:db8::1"}});
    for (const auto& [name, value] : values)
        context[name] = {value};
    facts.init = Init::systemd;
    facts.nics = {{.name = "eth0", .mac = *parse_mac("02:00:c0:00:02:02"), .bus = "virtio"},
                  {.name = "eth1", .mac = *parse_mac("02:00:0a:00:00:01"), .bus = "virtio"}};
    tree.file("/proc/sys/net/ipv4/ip_forward", "0\n")
        .file("/proc/sys/net/ipv6/conf/all/forwarding", "0\n");
}

TEST_CASE("packets are forwarded, until the machine is no router any more", "[router]")
{
    Router machine({});
    CHECK(paths_of(machine.run(plan_router).step) ==
          Lines{kForwarding, "sysctl net/ipv4/ip_forward 1",
                "sysctl net/ipv6/conf/all/forwarding 1"});
    CHECK(machine.text_of(kForwarding) ==
          std::string(kOwnFileHeader) +
              "net.ipv4.ip_forward = 1\nnet.ipv6.conf.all.forwarding = 1\n");
    CHECK(machine.run(plan_router).step.changes.empty());

    machine.context.erase("VROUTER_ID");
    CHECK(paths_of(machine.run(plan_router).step) ==
          Lines{kForwarding, "sysctl net/ipv4/ip_forward 0",
                "sysctl net/ipv6/conf/all/forwarding 0"});
    CHECK(machine.text_of(kForwarding) == "(none)");
    CHECK(machine.run(plan_router).step.changes.empty());
}

TEST_CASE("forwarding that somebody else switched on stays", "[router]")
{
    Machine machine;
    machine.tree.file("/proc/sys/net/ipv4/ip_forward", "1\n")
        .file("/etc/sysctl.d/router.conf", "net.ipv4.ip_forward = 1\n")
        .file(kKeepalived, "vrrp_instance a {}\n");
    CHECK(machine.run(plan_router).step.changes.empty());
}

TEST_CASE("keepalived holds the shared addresses", "[router]")
{
    Router machine({{"VROUTER_KEEPALIVED_ID", "300"},
                    {"VROUTER_KEEPALIVED_PASSWORD", "hush"},
                    {"ETH0_VROUTER_IP", "192.0.2.1"},
                    {"ETH1_VROUTER_IP", "10.0.0.254"},
                    {"ETH1_VROUTER_IP6", "2001:db8::fe"}});
    auto planned = machine.run(plan_router);
    CHECK(planned.problems.empty());
    CHECK(machine.text_of(kKeepalived) == std::string(kOwnFileHeader) + R"(vrrp_sync_group router {
    group {
        eth0
        eth1
    }
}
vrrp_instance eth0 {
    state BACKUP
    interface eth0
    virtual_router_id 44
    priority 101
    advert_int 1
    nopreempt
    authentication {
        auth_type PASS
        auth_pass "hush"
    }
    virtual_ipaddress {
        192.0.2.1/24
    }
}
vrrp_instance eth1 {
    state BACKUP
    interface eth1
    virtual_router_id 44
    priority 101
    advert_int 1
    nopreempt
    authentication {
        auth_type PASS
        auth_pass "hush"
    }
    virtual_ipaddress {
        10.0.0.254/24
    }
    virtual_ipaddress_excluded {
        2001:db8::fe/64
    }
}
)");
    CHECK((*machine.tree.read(kKeepalived))->status.mode == 0600);
    CHECK(planned.step.activate ==
          std::vector<Run>{{.argv = {"systemctl", "try-reload-or-restart", "keepalived.service"},
                            .when = {kKeepalived}}});
    CHECK(machine.run(plan_router).step.changes.empty());
}

TEST_CASE("with a check script the router takes its addresses back", "[router]")
{
    Router machine({{"VROUTER_KEEPALIVED_CHECK_SCRIPT", "/usr/bin/check -q"},
                    {"VROUTER_KEEPALIVED_NOTIFY_SCRIPT", "/usr/bin/notify"},
                    {"ETH0_VROUTER_IP", "192.0.2.1"}});
    machine.run(plan_router);
    auto text = machine.text_of(kKeepalived);
    CHECK(text.find("vrrp_script check {\n    script \"/usr/bin/check -q\"\n    interval 2\n"
                    "    fall 2\n    rise 2\n}\n") != std::string::npos);
    CHECK(text.find("    track_script {\n        check\n    }\n") != std::string::npos);
    CHECK(text.find("    notify \"/usr/bin/notify\"\n") != std::string::npos);
    CHECK(text.find("nopreempt") == std::string::npos);
    CHECK(text.find("authentication") == std::string::npos);
}

TEST_CASE("the group of routers", "[router]")
{
    struct Row {
        std::string keepalived_id;
        std::string vrouter_id;
        unsigned group;
    };
    for (const auto& row : std::vector<Row>{{"5", "7", 5},
                                            {"255", "7", 255},
                                            {"256", "7", 8},
                                            {"0", "7", 8},
                                            {"", "7", 8},
                                            {"", "255", 1},
                                            {"", "0", 1},
                                            {"", "300", 46},
                                            {"x", "7", 8}}) {
        CAPTURE(row.keepalived_id, row.vrouter_id);
        std::vector<Problem> problems;
        auto wish = read_router(context_of({{"VROUTER_KEEPALIVED_ID", row.keepalived_id},
                                            {"VROUTER_ID", row.vrouter_id}}),
                                problems);
        REQUIRE(wish);
        CHECK(wish->group == row.group);
    }
}

TEST_CASE("values that would break out of keepalived.conf", "[router]")
{
    Router machine({{"VROUTER_KEEPALIVED_PASSWORD", "a\"\n}"},
                    {"VROUTER_KEEPALIVED_CHECK_SCRIPT", "/x\" \n}"},
                    {"VROUTER_KEEPALIVED_NOTIFY_SCRIPT", "rm -rf"},
                    {"ETH0_VROUTER_IP", "192.0.2.1\n}"}});
    std::vector<Problem> problems;
    auto wish = read_router(machine.context, problems);
    CHECK(to_lines(problems) ==
          Lines{"error VROUTER_KEEPALIVED_PASSWORD: holds what keepalived.conf cannot; the routers "
                "do without",
                "error VROUTER_KEEPALIVED_CHECK_SCRIPT: '/x\" \\x0a}' is no path that "
                "keepalived.conf can hold",
                "error VROUTER_KEEPALIVED_NOTIFY_SCRIPT: 'rm -rf' is no path that keepalived.conf "
                "can hold",
                "error ETH0_VROUTER_IP: '192.0.2.1\\x0a}' is no IPv4 address"});
    machine.run(plan_router);
    CHECK(machine.text_of(kKeepalived) == "(none)");
}

TEST_CASE("a keepalived.conf of somebody else stays", "[router]")
{
    Router machine({{"ETH0_VROUTER_IP", "192.0.2.1"}});
    machine.tree.file(kKeepalived, "mine\n");
    CHECK(
        to_lines(machine.run(plan_router).problems) ==
        Lines{"error ETHx_VROUTER_IP: /etc/keepalived/keepalived.conf lacks the first line of our "
              "files, so it is left as it is"});
    CHECK(machine.text_of(kKeepalived) == "mine\n");
}

TEST_CASE("the private side is leased and announced", "[router]")
{
    Router machine({{"PRIVNET", encode_base64(kPrivate)}, {"PUBNET", encode_base64(kPublic)}});
    auto planned = machine.run(plan_router);
    CHECK(
        to_lines(planned.problems) ==
        Lines{"warning PRIVNET: 172.16.0.1 to 172.16.0.9 lies outside of the network of eth1; not "
              "leased"});
    CHECK(machine.text_of("/etc/dnsmasq.conf") ==
          std::string(kOwnFileHeader) +
              "interface=eth1\n"
              "dhcp-range=10.0.0.1,10.0.0.4,255.255.255.0,infinite\n"
              "dhcp-range=10.0.0.200,10.0.0.201,255.255.255.0,infinite\n"
              "dhcp-option=6,192.0.2.53,192.0.2.54\n"
              "dhcp-option=42,10.0.0.9\n"
              "dhcp-option=119,example.org\n"
              "dhcp-host=02:00:0a:00:00:02,10.0.0.2\n"
              "dhcp-host=02:00:0a:00:00:03,10.0.0.3\n"
              "dhcp-host=02:00:0a:00:00:04,10.0.0.4\n"
              "dhcp-host=02:00:0a:00:00:c8,10.0.0.200\n"
              "dhcp-host=02:00:0a:00:00:c9,10.0.0.201\n");
    CHECK(machine.text_of("/etc/radvd.conf") ==
          std::string(kOwnFileHeader) +
              "interface eth1 {\n"
              "    AdvSendAdvert on;\n"
              "    prefix 2001:db8::/64 {\n        AdvOnLink on;\n    };\n"
              "    prefix fd00::/64 {\n        AdvOnLink on;\n    };\n"
              "};\n");
    CHECK(machine.run(plan_router).step.changes.empty());

    SECTION("variables win over the networks")
    {
        for (const auto& [name, value] :
             std::vector<std::pair<std::string, std::string>>{{"DHCP", "NO"}, {"RADVD", "no"}})
            machine.context[name] = {value};
        machine.run(plan_router);
        CHECK(machine.text_of("/etc/dnsmasq.conf") == "(none)");
        CHECK(machine.text_of("/etc/radvd.conf") == "(none)");
    }
    SECTION("a folder of dnsmasq is used where there is one")
    {
        machine.tree.directory("/etc/dnsmasq.d");
        machine.run(plan_router);
        CHECK(machine.text_of("/etc/dnsmasq.d/onectx.conf") != "(none)");
    }
}

TEST_CASE("the machine's own XML says which NIC is inside", "[router]")
{
    Router machine(
        {{"PRIVNET", encode_base64(kPrivate)},
         {"TEMPLATE", encode_base64("<VM><TEMPLATE><NIC><NETWORK_ID>3</NETWORK_ID>"
                                    "<MAC>02:00:c0:00:02:02</MAC></NIC></TEMPLATE></VM>")},
         {"RADVD", "NO"}});
    CHECK(machine.run(plan_router).problems.size() == 3);  // each range lies elsewhere
    CHECK(machine.text_of("/etc/dnsmasq.conf") == "(none)");
}

TEST_CASE("XML of a context is hostile", "[router]")
{
    std::string deep;
    for (int i = 0; i < 1000; ++i)
        deep += "<a>";
    struct Row {
        std::string xml;
        std::string complaint;
    };
    for (const auto& row : std::vector<Row>{
             {"<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/shadow\">]><a>&x;</a>",
              "the XML has a document type"},
             {deep, "the XML is nested too deeply"},
             {"<a><b></a>", "the XML has an error in line 1, column 9: mismatched tag"},
             {"", "the XML has an error in line 1, column 1: no element found"},
             {"<a>&x;</a>", "the XML has an error in line 1, column 4: undefined entity"},
         }) {
        CAPTURE(row.complaint);
        auto parsed = parse_elements(row.xml);
        REQUIRE_FALSE(parsed);
        CHECK(parsed.error().message == row.complaint);
    }
    auto good = parse_elements("<a> <b>1</b> x<![CDATA[<y>]]> </a>");
    REQUIRE(good);
    CHECK(good->text_of("b") == "1");
    CHECK(good->text == "x<y>");
    CHECK(good->text_of("c").empty());
}

}  // namespace
}  // namespace onectx::test
