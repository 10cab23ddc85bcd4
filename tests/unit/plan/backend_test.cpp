// Which back-end owns the links, by what a tree shows.
#include "guest/net/backend.h"

#include "tests/support/catch.h"
#include "tests/support/memory_tree.h"

namespace onectx {
namespace {

using test::MemoryTree;

constexpr const char* kWants = "/etc/systemd/system/multi-user.target.wants/";

void enable(MemoryTree& tree, const std::string& unit)
{
    tree.link(kWants + unit, "/lib/systemd/system/" + unit);
}

std::string names_of(const std::vector<BackendEvidence>& found)
{
    std::string text;
    for (const auto& evidence : found)
        text += (text.empty() ? "" : " ") + evidence.name + (evidence.enabled ? "" : "?");
    return text;
}

ChosenBackend choose(const MemoryTree& tree, const std::string& option = "",
                     const std::string& policy = "", std::optional<std::string> type = {})
{
    Settings settings;
    settings.network_backend = std::move(type);
    return choose_backend(option, Policy{.backend = policy}, settings, tree);
}

TEST_CASE("An empty tree has none", "[backend]")
{
    MemoryTree tree;
    CHECK(names_of(find_backends(tree)).empty());
    auto chosen = choose(tree);
    CHECK(chosen.name == "none");
    CHECK(chosen.problems ==
          std::vector<Problem>{
              {"", "no network back-end is enabled or present; the network is left as it is",
               false}});
}

TEST_CASE("Presence says nothing of networkd, netplan and NetworkManager", "[backend]")
{
    MemoryTree tree;
    tree.file("/usr/bin/networkctl", "").file("/usr/bin/nmcli", "").file("/usr/sbin/netplan", "");
    tree.file("/lib/systemd/system/systemd-networkd.service", "");
    CHECK(names_of(find_backends(tree)).empty());
}

TEST_CASE("Enabled units", "[backend]")
{
    struct Row {
        std::string_view unit, backend;
    };
    auto row = GENERATE(values<Row>({{"systemd-networkd.service", "networkd"},
                                     {"networking.service", "interfaces"},
                                     {"NetworkManager.service", "nm"},
                                     {"wicked.service", "scripts"},
                                     {"network.service", "scripts"}}));
    MemoryTree tree;
    enable(tree, std::string(row.unit));
    CHECK(names_of(find_backends(tree)) == row.backend);
    CHECK(find_backends(tree)[0].because == std::string(row.unit) + " is enabled");
    CHECK(choose(tree).name == row.backend);
    CHECK(choose(tree).problems.empty());

    tree.link("/etc/systemd/system/" + std::string(row.unit), "/dev/null");
    CHECK(names_of(find_backends(tree)).empty());
}

TEST_CASE("Units that the distribution wants, required ones, and aliases", "[backend]")
{
    MemoryTree vendor;
    vendor.link("/usr/lib/systemd/system/multi-user.target.wants/systemd-networkd.service", "../x");
    CHECK(names_of(find_backends(vendor)) == "networkd");
    MemoryTree required;
    required.link("/etc/systemd/system/network-online.target.requires/NetworkManager.service", "x");
    CHECK(names_of(find_backends(required)) == "nm");
    MemoryTree alias;
    alias.link("/etc/systemd/system/dbus-org.freedesktop.network1.service", "x");
    CHECK(names_of(find_backends(alias)) == "networkd");
}

TEST_CASE("Runlevels and rc directories, but not beside systemd", "[backend]")
{
    MemoryTree openrc;
    openrc.link("/etc/runlevels/boot/networking", "/etc/init.d/networking");
    REQUIRE(names_of(find_backends(openrc)) == "interfaces");
    CHECK(find_backends(openrc)[0].because == "networking is started from /etc/runlevels/boot");

    MemoryTree sysv;
    sysv.link("/etc/rcS.d/S12networking", "../init.d/networking");
    REQUIRE(names_of(find_backends(sysv)) == "interfaces");
    CHECK(find_backends(sysv)[0].because == "networking is started from /etc/rcS.d");
    sysv.link("/sbin/init", "/lib/systemd/systemd");
    CHECK(names_of(find_backends(sysv)).empty());

    MemoryTree redhat;
    redhat.link("/etc/rc3.d/S10network", "../init.d/network");
    CHECK(names_of(find_backends(redhat)) == "scripts");
    MemoryTree killed;
    killed.link("/etc/rc3.d/K10network", "../init.d/network");
    CHECK(names_of(find_backends(killed)).empty());
}

TEST_CASE("Two enabled: the one with links of its own, and a warning", "[backend]")
{
    MemoryTree tree;
    enable(tree, "networking.service");
    enable(tree, "systemd-networkd.service");
    tree.file("/etc/network/interfaces", "auto lo\niface lo inet loopback\n");
    CHECK(names_of(find_backends(tree)) == "networkd interfaces");
    auto chosen = choose(tree);
    CHECK(chosen.name == "networkd");
    CHECK(
        chosen.problems ==
        std::vector<Problem>{{"",
                              "networkd (systemd-networkd.service is enabled) and interfaces "
                              "(networking.service is enabled) are both enabled; networkd is used",
                              false}});

    tree.file("/etc/network/interfaces.d/setup", "iface eth0 inet dhcp\n");
    CHECK(names_of(find_backends(tree)) == "interfaces networkd");
    tree.file("/etc/systemd/network/a.network", "");
    CHECK(names_of(find_backends(tree)) == "networkd interfaces");
}

TEST_CASE("On a desktop NetworkManager has what interfaces does not name", "[backend]")
{
    MemoryTree tree;
    enable(tree, "networking.service");
    enable(tree, "NetworkManager.service");
    tree.file("/etc/network/interfaces", "iface lo inet loopback\n");
    CHECK(names_of(find_backends(tree)) == "nm interfaces");
    // Ours count too, so that the choice stays as it is once made.
    tree.file("/etc/network/interfaces",
              "# BEGIN onectx\nauto eth0\niface eth0 inet dhcp\n# END onectx\n");
    CHECK(names_of(find_backends(tree)) == "interfaces nm");
}

TEST_CASE("netplan owns the links when it has something to generate", "[backend]")
{
    MemoryTree tree;
    enable(tree, "systemd-networkd.service");
    tree.file("/usr/sbin/netplan", "").file("/etc/netplan/50-x.yaml", "");
    CHECK(names_of(find_backends(tree)) == "netplan networkd");
    CHECK(choose(tree).name == "netplan");
    CHECK(choose(tree).problems.empty());
    tree.remove("/usr/sbin/netplan");
    CHECK(names_of(find_backends(tree)) == "networkd");
}

TEST_CASE("Presence of interfaces, where nothing is enabled", "[backend]")
{
    MemoryTree tree;
    tree.file("/etc/network/interfaces", "");
    CHECK(names_of(find_backends(tree)).empty());
    tree.file("/bin/busybox", "");
    CHECK(names_of(find_backends(tree)) == "interfaces?");
    CHECK(choose(tree).name == "interfaces");
    enable(tree, "systemd-networkd.service");
    CHECK(choose(tree).name == "networkd");
    CHECK(choose(tree).problems.empty());
}

TEST_CASE("Option, guest.conf, NETCFG_TYPE, then what the tree shows", "[backend]")
{
    MemoryTree tree;
    enable(tree, "systemd-networkd.service");
    CHECK(choose(tree, "interfaces", "nm", "netplan").name == "interfaces");
    CHECK(choose(tree, "", "nm", "netplan").name == "nm");
    CHECK(choose(tree, "", "", "netplan").name == "netplan");
    CHECK(choose(tree, "none").name == "none");
    CHECK(choose(tree, "none").problems.empty());
    CHECK(choose(tree, "", "", "nm networkd").name == "networkd");
    CHECK(choose(tree, "", "", "nm scripts").name == "nm");
    auto chosen = choose(tree, "", "", "bsd");
    CHECK(chosen.name == "networkd");
    CHECK(chosen.problems ==
          std::vector<Problem>{{"NETCFG_TYPE", "'bsd' is no network back-end", false}});
}

TEST_CASE("Words for back-ends", "[backend]")
{
    CHECK(backend_of_word("NetworkManager") == "nm");
    CHECK(backend_of_word(" debian ") == "interfaces");
    CHECK(backend_of_word("systemd-networkd") == "networkd");
    CHECK(backend_of_word("SYSTEMD") == "networkd");
    CHECK(backend_of_word("redhat") == "scripts");
    CHECK(backend_of_word("netlink") == "netlink");
    CHECK(backend_of_word("bsd") == std::nullopt);
    CHECK(backend_of_word("") == std::nullopt);
}

}  // namespace
}  // namespace onectx
