// Whole stanzas for each program that reads them, the editing of files that others wrote too, and
// the laws of that editing.
#include "guest/net/interfaces.h"

#include <random>

#include "common/text.h"
#include "guest/edit/interfaces_file.h"
#include "guest/plan/plan.h"
#include "guest/plan/prune.h"
#include "tests/support/apply_to_tree.h"
#include "tests/support/catch.h"
#include "tests/support/machine.h"
#include "tests/support/network_samples.h"

namespace onectx::test {
namespace {

std::string render(const Nic& nic, const InterfacesDialect& dialect = {})
{
    std::vector<Problem> problems;
    std::string text;
    for (const auto& line : render_interfaces(nic, dialect, problems))
        text += line + "\n";
    for (const auto& problem : problems)
        text += problem.variable + ": " + problem.message + "\n";
    return text;
}

std::string content_of(const MemoryTree& tree, std::string_view path = kInterfacesPath)
{
    return tree.read(path)->value_or(FileText{.content = "(absent)"}).content;
}

PlannedStep plan(const Network& network, const MemoryTree& tree)
{
    auto planned = plan_interfaces(network, tree);
    REQUIRE(planned);
    return *planned;
}

// Whether nothing is left to do.
bool is_done(const Network& network, const MemoryTree& tree)
{
    return prune(plan(network, tree).step, tree, {}).changes.empty();
}

constexpr const char* kLo = "auto lo\niface lo inet loopback\n";
constexpr const char* kBlockHead =
    "# BEGIN onectx\n"
    "# Written by onectx from the context; changes between these lines are overwritten.\n";

TEST_CASE("Stanzas for every kind of NIC, in ifupdown's words", "[interfaces]")
{
    struct Row {
        std::string_view name;
        ContextValues values;
        std::string_view expected;
    };
    auto row = GENERATE(values<Row>({
        {"static",
         {{"IP", "10.0.0.2"},
          {"MASK", "255.255.255.0"},
          {"GATEWAY", "10.0.0.1"},
          {"METRIC", "50"},
          {"MTU", "9000"},
          {"DNS", "10.0.0.53"}},
         "iface eth0 inet static\n"
         "    address 10.0.0.2\n"
         "    netmask 255.255.255.0\n"
         "    gateway 10.0.0.1\n"
         "    metric 50\n"
         "    pre-up ip link set dev eth0 mtu 9000 || true\n"},
        {"DHCP and SLAAC",
         {{"METHOD", "dhcp"}, {"IP6_METHOD", "auto"}, {"METRIC", "50"}, {"MTU", "1400"}},
         "iface eth0 inet dhcp\n"
         "    metric 50\n"
         "    pre-up ip link set dev eth0 mtu 1400 || true\n"
         "iface eth0 inet6 auto\n"},
        {"DHCP of both",
         {{"METHOD", "dhcp"}},
         "iface eth0 inet dhcp\n"
         "iface eth0 inet6 dhcp\n"},
        {"static IPv6",
         {{"IP6", "2001:db8::2"},
          {"IP6_ULA", "fd00::2"},
          {"IP6_GATEWAY", "2001:db8::1"},
          {"MTU", "1400"}},
         "iface eth0 inet6 static\n"
         "    address 2001:db8::2\n"
         "    netmask 64\n"
         "    gateway 2001:db8::1\n"
         "    pre-up ip link set dev eth0 mtu 1400 || true\n"
         "    pre-up echo 0 > /proc/sys/net/ipv6/conf/eth0/autoconf || true\n"
         "    pre-up echo 0 > /proc/sys/net/ipv6/conf/eth0/accept_ra || true\n"
         "iface eth0 inet6 static\n"
         "    address fd00::2\n"
         "    netmask 64\n"},
        {"a gateway outside a /32",
         {{"IP", "10.0.0.2/32"}, {"GATEWAY", "10.9.9.1"}, {"METRIC", "5"}},
         "iface eth0 inet static\n"
         "    address 10.0.0.2\n"
         "    netmask 255.255.255.255\n"
         "    up ip route replace 10.9.9.1 dev eth0\n"
         "    up ip route replace default via 10.9.9.1 dev eth0 metric 5\n"},
        {"an IPv6 gateway elsewhere, with a metric of its own",
         {{"IP", "10.0.0.2/24"},
          {"GATEWAY", "10.0.0.1"},
          {"IP6", "2001:db8::2"},
          {"IP6_GATEWAY", "2001:db8:1::1"},
          {"IP6_METRIC", "9"}},
         "iface eth0 inet static\n"
         "    address 10.0.0.2\n"
         "    netmask 255.255.255.0\n"
         "    gateway 10.0.0.1\n"
         "    pre-up echo 0 > /proc/sys/net/ipv6/conf/eth0/autoconf || true\n"
         "    pre-up echo 0 > /proc/sys/net/ipv6/conf/eth0/accept_ra || true\n"
         "iface eth0 inet6 static\n"
         "    address 2001:db8::2\n"
         "    netmask 64\n"
         "    up ip -6 route replace 2001:db8:1::1 dev eth0\n"
         "    up ip -6 route replace default via 2001:db8:1::1 dev eth0 metric 9\n"},
        {"metrics that ifupdown-ng could not part",
         {{"IP", "10.0.0.2/24"},
          {"GATEWAY", "10.0.0.1"},
          {"IP6", "2001:db8::2"},
          {"IP6_GATEWAY", "fe80::1"},
          {"IP6_METRIC", "9"}},
         "iface eth0 inet static\n"
         "    address 10.0.0.2\n"
         "    netmask 255.255.255.0\n"
         "    gateway 10.0.0.1\n"
         "    pre-up echo 0 > /proc/sys/net/ipv6/conf/eth0/autoconf || true\n"
         "    pre-up echo 0 > /proc/sys/net/ipv6/conf/eth0/accept_ra || true\n"
         "iface eth0 inet6 static\n"
         "    address 2001:db8::2\n"
         "    netmask 64\n"
         "    up ip -6 route replace default via fe80::1 dev eth0 metric 9\n"},
        {"aliases and routes",
         {{"IP", "10.0.0.2/24"},
          {"ALIAS0_IP", "10.0.0.3/24"},
          {"ALIAS1_IP6", "2001:db8::4"},
          {"ROUTES", "10.8.0.0/16 via 10.0.0.9 metric 3, 2001:db8:8::/48 via 2001:db8::9"}},
         "iface eth0 inet static\n"
         "    address 10.0.0.2\n"
         "    netmask 255.255.255.0\n"
         "    pre-up echo 0 > /proc/sys/net/ipv6/conf/eth0/autoconf || true\n"
         "    pre-up echo 0 > /proc/sys/net/ipv6/conf/eth0/accept_ra || true\n"
         "iface eth0 inet static\n"
         "    address 10.0.0.3\n"
         "    netmask 255.255.255.0\n"
         "    up ip route replace 10.8.0.0/16 via 10.0.0.9 dev eth0 metric 3\n"
         "iface eth0 inet6 static\n"
         "    address 2001:db8::4\n"
         "    netmask 64\n"
         "    up ip -6 route replace 2001:db8:8::/48 via 2001:db8::9 dev eth0\n"},
        {"aliases beside what servers announce",
         {{"METHOD", "dhcp"},
          {"IP6_METHOD", "auto"},
          {"ALIAS0_IP", "10.0.0.3/24"},
          {"ALIAS0_IP6", "2001:db8::4"}},
         "iface eth0 inet dhcp\n"
         "iface eth0 inet static\n"
         "    address 10.0.0.3\n"
         "    netmask 255.255.255.0\n"
         "iface eth0 inet6 auto\n"
         "    up ip -6 addr add 2001:db8::4/64 dev eth0\n"},
        {"no IPv6",
         {{"IP", "10.0.0.2/24"}, {"IP6_METHOD", "disable"}},
         "iface eth0 inet static\n"
         "    address 10.0.0.2\n"
         "    netmask 255.255.255.0\n"
         "    pre-up echo 1 > /proc/sys/net/ipv6/conf/eth0/disable_ipv6 || true\n"},
        {"IPv4 is somebody else's",
         {{"METHOD", "skip"}, {"IP6_METHOD", "auto"}},
         "iface eth0 inet6 auto\n"},
    }));
    CAPTURE(row.name);
    CHECK(render(network_of_nic(row.values).nics.at(0)) == row.expected);
}

TEST_CASE("Where the programs differ", "[interfaces]")
{
    auto fixed = network_of_nic({{"IP6", "2001:db8::2"}}).nics.at(0);
    const std::string expected =
        "iface eth0 inet6 static\n"
        "    address 2001:db8::2\n"
        "    netmask 64\n"
        "    pre-up echo 0 > /proc/sys/net/ipv6/conf/eth0/autoconf || true\n"
        "    pre-up echo 0 > /proc/sys/net/ipv6/conf/eth0/accept_ra || true\n";
    for (auto program : {IfupProgram::ifupdown2, IfupProgram::ifupdown_ng, IfupProgram::busybox})
        CHECK(render(fixed, {.program = program}) == expected);

    auto both = network_of_nic({{"METHOD", "dhcp"}}).nics.at(0);
    CHECK(render(both, {.program = IfupProgram::busybox}) ==
          "iface eth0 inet dhcp\n"
          "    pre-up echo 1 > /proc/sys/net/ipv6/conf/eth0/accept_ra || true\n"
          "iface eth0 inet6 manual\n"
          "    up ip link set dev eth0 up\n"
          "ETH0_IP6_METHOD: ifup of busybox has no DHCPv6; router advertisements are used\n");

    CHECK(render(both, {.program = IfupProgram::ifupdown_ng}) ==
          "iface eth0 inet dhcp\n"
          "iface eth0 inet6 auto\n"
          "ETH0_IP6_METHOD: ifupdown-ng has no DHCPv6; router advertisements are used\n");
    CHECK(render(both, {.program = IfupProgram::ifupdown2}) ==
          "iface eth0 inet dhcp\n"
          "iface eth0 inet6 dhcp\n");
    auto mixed = network_of_nic({{"IP", "10.0.0.2/24"}, {"IP6_METHOD", "dhcp"}}).nics.at(0);
    CHECK(render(mixed, {.program = IfupProgram::ifupdown2}) ==
          "iface eth0 inet static\n"
          "    address 10.0.0.2\n"
          "    netmask 255.255.255.0\n"
          "    pre-up echo 1 > /proc/sys/net/ipv6/conf/eth0/accept_ra || true\n"
          "iface eth0 inet6 manual\n"
          "    up ip link set dev eth0 up\n"
          "ETH0_IP6_METHOD: ifupdown2 has no DHCPv6 beside a static IPv4 address; router "
          "advertisements are used\n");
    auto beside = network_of_nic({{"METHOD", "dhcp"},
                                  {"METRIC", "7"},
                                  {"IP6_METHOD", "static"},
                                  {"IP6", "2001:db8::2"},
                                  {"IP6_GATEWAY", "fe80::1"},
                                  {"ALIAS0_IP", "10.0.0.3/24"}})
                      .nics.at(0);
    CHECK(render(beside, {.program = IfupProgram::ifupdown2}) ==
          "iface eth0 inet dhcp\n"
          "    metric 7\n"
          "    pre-up echo 0 > /proc/sys/net/ipv6/conf/eth0/autoconf || true\n"
          "    pre-up echo 0 > /proc/sys/net/ipv6/conf/eth0/accept_ra || true\n"
          "    up ip addr add 10.0.0.3/24 dev eth0\n"
          "    up ip -6 addr add 2001:db8::2/64 dev eth0\n"
          "    up ip -6 route replace default via fe80::1 dev eth0 metric 7\n"
          "ETH0_METRIC: ifupdown2 cannot be told the metric of routes from DHCP\n");

    auto slaac = network_of_nic({{"IP6_METHOD", "auto"}, {"MTU", "1400"}}).nics.at(0);
    CHECK(render(slaac, {.program = IfupProgram::ifupdown}) ==
          "iface eth0 inet6 auto\n"
          "    pre-up ip link set dev eth0 mtu 1400 || true\n");
    CHECK(render(slaac, {.program = IfupProgram::ifupdown_ng}) ==
          "iface eth0 inet6 auto\n"
          "    mtu 1400\n");
    CHECK(render(slaac, {.program = IfupProgram::ifupdown2}) ==
          "iface eth0 inet6 manual\n"
          "    mtu 1400\n"
          "    pre-up echo 1 > /proc/sys/net/ipv6/conf/eth0/accept_ra || true\n"
          "    up ip link set dev eth0 up\n");

    auto servers =
        network_of_nic(
            {{"IP", "10.0.0.2/24"}, {"DNS", "1.1.1.1 2.2.2.2"}, {"SEARCH_DOMAIN", "a b"}})
            .nics.at(0);
    CHECK(render(servers, {.resolvconf = true}) ==
          "iface eth0 inet static\n"
          "    address 10.0.0.2\n"
          "    netmask 255.255.255.0\n"
          "    dns-nameservers 1.1.1.1 2.2.2.2\n"
          "    dns-search a b\n");
}

TEST_CASE("Which ifup it is", "[interfaces]")
{
    MemoryTree tree;
    CHECK(find_ifup(tree) == IfupProgram::ifupdown);
    tree.file("/sbin/ifup", "");
    CHECK(find_ifup(tree) == IfupProgram::ifupdown);
    tree.remove("/sbin/ifup").link("/sbin/ifup", "/bin/busybox");
    CHECK(find_ifup(tree) == IfupProgram::busybox);
    tree.link("/sbin/ifup", "ifupdown");
    CHECK(find_ifup(tree) == IfupProgram::ifupdown_ng);
    tree.link("/sbin/ifup", "/usr/share/ifupdown2/ifupdown2");
    CHECK(find_ifup(tree) == IfupProgram::ifupdown2);
}

TEST_CASE("A machine without the file", "[interfaces]")
{
    MemoryTree tree;
    auto network = network_of_nic({{"IP", "10.0.0.2/24"}});
    auto planned = plan(network, tree);
    apply_to_tree(planned.step, tree);
    const std::string expected = std::string(kBlockHead) + kLo +
                                 "\n"
                                 "auto eth0\n"
                                 "iface eth0 inet static\n"
                                 "    address 10.0.0.2\n"
                                 "    netmask 255.255.255.0\n"
                                 "# END onectx\n";
    CHECK(content_of(tree) == expected);
    CHECK(planned.step.activate == std::vector<Run>{{{"ifup", "eth0"}, {}, true}});
    CHECK(is_done(network, tree));

    // The NIC is gone: so is the block.
    apply_to_tree(plan({}, tree).step, tree);
    CHECK(content_of(tree).empty());
}

TEST_CASE("Stanzas of our devices elsewhere are disabled while we have them", "[interfaces]")
{
    const std::string main =
        "# mine\n"
        "auto lo\n"
        "iface lo inet loopback\n"
        "\n"
        "source /etc/network/interfaces.d/*.cfg\n"
        "allow-hotplug eth0\n"
        "iface eth0 inet dhcp\n"
        "\t# a note\n"
        "\tup echo \\\n"
        "\t  more\n"
        "iface eth0 inet6 auto\n"
        "\taccept_ra 2\n"
        "auto eth1\n"
        "iface eth1 inet dhcp\n"
        "\thostname x\n";
    const std::string included = "iface eth0\n\taddress 7.7.7.7/8\niface eth2 inet manual\n";
    MemoryTree tree;
    tree.file("/etc/network/interfaces", main, 0640, 5, 6)
        .file("/etc/network/interfaces.d/a.cfg", included, 0600)
        .file("/etc/network/interfaces.d/b.txt", included);
    auto network = network_of_nic({{"IP", "10.0.0.2/24"}});
    auto planned = plan(network, tree);
    REQUIRE(planned.step.changes.size() == 2);
    const auto& write = std::get<WriteFile>(planned.step.changes[0]);
    CHECK(write.mode == 0640);
    CHECK(write.owner == Owner{"5", "6"});
    apply_to_tree(planned.step, tree);
    CHECK(content_of(tree) ==
          "# mine\n"
          "auto lo\n"
          "iface lo inet loopback\n"
          "\n"
          "source /etc/network/interfaces.d/*.cfg\n"
          "allow-hotplug eth0\n"
          "#onectx# iface eth0 inet dhcp\n"
          "\t# a note\n"
          "#onectx# \tup echo \\\n"
          "#onectx# \t  more\n"
          "iface eth0 inet6 auto\n"
          "\taccept_ra 2\n"
          "auto eth1\n"
          "iface eth1 inet dhcp\n"
          "\thostname x\n" +
              std::string(kBlockHead) +
              "auto eth0\n"
              "iface eth0 inet static\n"
              "    address 10.0.0.2\n"
              "    netmask 255.255.255.0\n"
              "# END onectx\n");
    CHECK(content_of(tree, "/etc/network/interfaces.d/a.cfg") ==
          "#onectx# iface eth0\n#onectx# \taddress 7.7.7.7/8\niface eth2 inet manual\n");
    CHECK(content_of(tree, "/etc/network/interfaces.d/b.txt") == included);
    CHECK(is_done(network, tree));

    // Both families, then none.
    apply_to_tree(plan(network_of_nic({{"METHOD", "dhcp"}}), tree).step, tree);
    CHECK(content_of(tree).find("#onectx# iface eth0 inet6 auto\n#onectx# \taccept_ra 2\n") !=
          std::string::npos);
    apply_to_tree(plan({}, tree).step, tree);
    CHECK(content_of(tree) == main);
    CHECK(content_of(tree, "/etc/network/interfaces.d/a.cfg") == included);
}

// https://github.com/OpenNebula/addon-context-linux/issues/310
TEST_CASE("t_310skip_alpine: a NIC with METHOD=skip keeps its stanzas", "[interfaces]")
{
    MemoryTree tree;
    const std::string text = "auto lo\niface lo inet loopback\nauto eth0\niface eth0 inet dhcp\n";
    tree.file("/etc/network/interfaces", text).link("/sbin/ifup", "/bin/busybox");
    CHECK(plan(network_of_nic({{"METHOD", "skip"}, {"IP", "10.0.0.2/24"}}), tree)
              .step.changes.empty());
}

TEST_CASE("No `auto` twice: busybox refuses the file for it", "[interfaces]")
{
    MemoryTree tree;
    tree.file("/etc/network/interfaces",
              "auto lo eth0\niface lo inet loopback\nsource-directory interfaces.d\n");
    tree.file("/etc/network/interfaces.d/one", "auto eth1\n");
    auto network = network_of_values({{"ETH0_MAC", "02:00:0a:00:00:02"},
                                      {"ETH0_IP", "10.0.0.2/24"},
                                      {"ETH1_MAC", "02:00:0a:01:00:02"},
                                      {"ETH1_IP", "10.1.0.2/24"},
                                      {"ETH2_MAC", "02:00:0a:02:00:02"},
                                      {"ETH2_IP", "10.2.0.2/24"}});
    apply_to_tree(plan(network, tree).step, tree);
    auto text = content_of(tree);
    CHECK(text.find("auto eth0") == std::string::npos);
    CHECK(text.find("auto eth1") == std::string::npos);
    CHECK(text.find("auto eth2") != std::string::npos);
    CHECK(is_done(network, tree));
}

TEST_CASE("With resolvconf the machine's servers stand with the first NIC", "[interfaces]")
{
    MemoryTree tree;
    tree.file("/usr/sbin/resolvconf", "");
    apply_to_tree(plan(network_of_values({{"DNS", "9.9.9.9"},
                                          {"ETH3_MAC", "02:00:0a:00:00:02"},
                                          {"ETH3_IP", "10.0.0.2/24"},
                                          {"ETH3_DNS", "8.8.8.8 9.9.9.9"}}),
                       tree)
                      .step,
                  tree);
    CHECK(content_of(tree).find("    dns-nameservers 9.9.9.9 8.8.8.8\n") != std::string::npos);
}

TEST_CASE("A NIC that is only to be up is left to whoever has a stanza for it", "[interfaces]")
{
    Network network{.nics = {{.id = 0, .device = "eth0"}}};
    MemoryTree tree;
    CHECK(render(network.nics[0]) == "iface eth0 inet manual\n    up ip link set dev eth0 up\n");
    tree.file("/etc/network/interfaces", "iface eth0 inet dhcp\n");
    CHECK(plan(network, tree).step.changes.empty());
}

TEST_CASE("A device whose name a shell or ifup would take for something else is refused",
          "[interfaces]")
{
    MemoryTree tree;
    auto network = network_of_nic({{"METHOD", "dhcp"}});
    for (const auto* name : {"e;reboot", "a b", "$(x)", "sixteen-letters-", "-a", "a\nb"}) {
        network.nics[0].device = name;
        auto planned = plan(network, tree);
        CHECK(planned.step.changes.empty());
        REQUIRE(planned.problems.size() == 1);
        CHECK(planned.problems[0].error);
        CHECK(planned.problems[0].message ==
              shown(name) + " is no name that interfaces(5) can hold");
    }
}

// The laws of the editor over texts that nobody would write.
TEST_CASE("Whatever the text: foreign bytes stay, twice is once", "[interfaces]")
{
    const std::vector<std::string> pieces{"iface eth0 inet static",
                                          "iface eth0 inet6 auto",
                                          "iface eth1 inet dhcp",
                                          "iface eth0",
                                          "auto eth0",
                                          "auto lo eth1",
                                          "  address 1.2.3.4",
                                          "\tup echo \\",
                                          "# comment \\",
                                          "",
                                          "source interfaces.d/*",
                                          "mapping eth0",
                                          "# BEGIN onectx?",
                                          "allow-hotplug eth0",
                                          "\\",
                                          "iface",
                                          "  iface eth0 inet static",
                                          "iface eth0 inet static\r",
                                          "garbage \x01\xff",
                                          "iface eth0 can static"};
    const std::vector<std::string> block{"auto eth0", "iface eth0 inet manual"};
    std::mt19937 random(20240517);
    for (int round = 0; round < 2000; ++round) {
        std::string text;
        for (auto count = random() % 12; count > 0; --count)
            text += pieces[random() % pieces.size()] + "\n";
        CAPTURE(text);
        TakenDevices taken{{"eth0", {.inet = random() % 2 == 0, .inet6 = random() % 2 == 0}}};
        auto edited = edit_interfaces(text, taken, block);
        REQUIRE(edit_interfaces(edited, taken, block) == edited);
        REQUIRE(edit_interfaces(edited, {}, {}) == text);
        REQUIRE(read_interfaces(edited).automatic == read_interfaces(text).automatic);
        REQUIRE(own_stanzas(edited).size() == 1);
    }
}

TEST_CASE("A marker that lost its other half is dropped, what follows stays", "[interfaces]")
{
    const std::string text = "# BEGIN onectx\nauto eth0\niface eth0 inet dhcp\nauto eth1\n";
    CHECK(edit_interfaces(text, {{"eth0", {.inet = true}}}, {"iface eth0 inet manual"}) ==
          "auto eth0\n#onectx# iface eth0 inet dhcp\nauto eth1\n"
          "# BEGIN onectx\niface eth0 inet manual\n# END onectx\n");
}

}  // namespace
}  // namespace onectx::test
