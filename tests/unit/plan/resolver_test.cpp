// Who owns resolv.conf, and what is told to whom.
#include "guest/edit/resolv_conf.h"
#include "guest/net/resolver_owner.h"
#include "guest/plan/plan.h"
#include "guest/plan/prune.h"
#include "tests/support/apply_to_tree.h"
#include "tests/support/catch.h"
#include "tests/support/network_samples.h"

namespace onectx::test {
namespace {

const ContextValues kAppendixB{
    {"DNS", "9.9.9.9"},
    {"SEARCH_DOMAIN", "g.example"},
    {"ETH0_MAC", "02:00:0a:00:00:02"},
    {"ETH0_IP", "10.0.0.2/24"},
    {"ETH0_DNS", "8.8.8.8 9.9.9.9"},
    {"ETH0_SEARCH_DOMAIN", "a.example G.EXAMPLE"},
    {"ETH1_MAC", "02:00:0a:01:00:02"},
    {"ETH1_IP", "10.1.0.2/24"},
    {"ETH1_DNS", "1.1.1.1"},
};

PlannedStep plan(const ContextValues& values, const std::string& backend, const MemoryTree& tree,
                 const Policy& policy = {})
{
    Settings settings;
    settings.network = network_of_values(values);
    auto planned = plan_resolver({settings, policy, Facts{}, tree, backend});
    REQUIRE(planned);
    return *planned;
}

std::string text_of(const std::vector<Change>& changes)
{
    std::string text;
    for (const auto& change : changes) {
        text += path_of(change) + "\n";
        if (const auto* write = std::get_if<WriteFile>(&change)) text += write->content;
    }
    return text;
}

TEST_CASE("The machine's servers first, then each NIC's, none twice", "[resolver]")
{
    MemoryTree tree;
    auto backend = GENERATE(as<std::string>(), "networkd", "interfaces");
    auto planned = plan(kAppendixB, backend, tree);
    CHECK(text_of(planned.step.changes) ==
          "/etc/resolv.conf\n"
          "# The next lines are written by onectx from the context.\n"
          "nameserver 9.9.9.9\n"
          "nameserver 8.8.8.8\n"
          "nameserver 1.1.1.1\n"
          "search g.example a.example\n");
    CHECK(planned.step.activate.empty());
    CHECK(planned.problems.empty());

    apply_to_tree(planned.step, tree);
    CHECK(prune(plan(kAppendixB, backend, tree).step, tree, {}).changes.empty());
}

TEST_CASE("Behind them what DHCP servers of both families say", "[resolver]")
{
    MemoryTree tree;
    tree.file(
        "/run/onectx/dhcp-eth0",
        "client eth0 1024\naddress 10.0.0.50/24\nnameserver 10.0.0.53\nsearch four.example\n");
    tree.file("/run/onectx/dhcp6-eth0",
              "client6 eth0\naddress 2001:db8::50/128\nnameserver 2001:db8::53\n"
              "search six.example\n");
    Settings settings;
    settings.network = network_of_values(
        {{"DNS", "9.9.9.9"}, {"ETH0_MAC", "02:00:0a:00:00:02"}, {"ETH0_METHOD", "dhcp"}});
    Policy policy;
    Facts facts;
    facts.dhcp_clients = {{.device = "eth0"}, {.device = "eth0", .ipv6 = true}};
    auto planned = plan_resolver({settings, policy, facts, tree, "netlink"});
    REQUIRE(planned);
    CHECK(text_of(planned->step.changes) ==
          "/etc/resolv.conf\n"
          "# The next lines are written by onectx from the context.\n"
          "nameserver 9.9.9.9\n"
          "nameserver 10.0.0.53\n"
          "nameserver 2001:db8::53\n"
          "search four.example six.example\n");
}

TEST_CASE("Nothing asked, nothing touched", "[resolver]")
{
    MemoryTree tree;
    tree.file("/etc/resolv.conf", "nameserver 7.7.7.7\n");
    CHECK(plan({{"ETH0_MAC", "02:00:0a:00:00:02"}, {"ETH0_IP", "10.0.0.2/24"}}, "networkd", tree)
              .step.changes.empty());
    CHECK(plan(kAppendixB, "none", tree).step.changes.empty());
    CHECK(plan(kAppendixB, "bsd", tree).step.changes.empty());
    CHECK(plan(kAppendixB, "networkd", tree, {.network = Rule::off}).step.changes.empty());
}

TEST_CASE("A file keeps what is not ours", "[resolver]")
{
    MemoryTree tree;
    tree.file("/etc/resolv.conf",
              "# mine\ndomain old.example\nnameserver 7.7.7.7\noptions rotate\nsearch x", 0600, 3,
              4);
    auto planned = plan({{"ETH0_MAC", "02:00:0a:00:00:02"},
                         {"ETH0_IP", "10.0.0.2/24"},
                         {"DNS", "9.9.9.9"},
                         {"SEARCH_DOMAIN", "a.example"}},
                        "interfaces", tree);
    REQUIRE(planned.step.changes.size() == 1);
    CHECK(std::get<WriteFile>(planned.step.changes[0]) ==
          WriteFile{.path = "/etc/resolv.conf",
                    .content = "# mine\n"
                               "# The next lines are written by onectx from the context.\n"
                               "nameserver 9.9.9.9\n"
                               "search a.example\n"
                               "options rotate\n",
                    .mode = 0600,
                    .owner = {"3", "4"},
                    .part = resolver_lines_in});
}

TEST_CASE("Servers alone leave the search list, and the other way round", "[resolver]")
{
    MemoryTree tree;
    tree.file("/etc/resolv.conf", "search x\nnameserver 7.7.7.7\n");
    ContextValues nic{{"ETH0_MAC", "02:00:0a:00:00:02"}, {"ETH0_IP", "10.0.0.2/24"}};
    auto servers = nic, domains = nic;
    servers.emplace_back("DNS", "9.9.9.9");
    domains.emplace_back("SEARCH_DOMAIN", "a.example");
    CHECK(text_of(plan(servers, "networkd", tree).step.changes) ==
          "/etc/resolv.conf\nsearch x\n"
          "# The next lines are written by onectx from the context.\nnameserver 9.9.9.9\n");
    CHECK(text_of(plan(domains, "networkd", tree).step.changes) ==
          "/etc/resolv.conf\n"
          "# The next lines are written by onectx from the context.\nsearch a.example\n"
          "nameserver 7.7.7.7\n");
}

TEST_CASE("More than three servers", "[resolver]")
{
    MemoryTree tree;
    auto planned = plan({{"ETH0_MAC", "02:00:0a:00:00:02"},
                         {"ETH0_IP", "10.0.0.2/24"},
                         {"DNS", "1.1.1.1 2.2.2.2 3.3.3.3 4.4.4.4 2001:db8::53"}},
                        "networkd", tree);
    CHECK(text_of(planned.step.changes) ==
          "/etc/resolv.conf\n"
          "# The next lines are written by onectx from the context.\n"
          "nameserver 1.1.1.1\nnameserver 2.2.2.2\nnameserver 3.3.3.3\n");
    CHECK(planned.problems ==
          std::vector<Problem>{
              {"DNS", "resolv.conf holds 3 name servers; left out: 4.4.4.4 2001:db8::53", false}});
}

TEST_CASE("systemd-resolved gets what no link's file says", "[resolver]")
{
    const std::string path = "/etc/systemd/resolved.conf.d/50-onectx.conf";
    const std::string head =
        "# Written by onectx from the context; changes are overwritten.\n"
        "\n[Resolve]\n";
    auto target = GENERATE(as<std::string>(), "../run/systemd/resolve/stub-resolv.conf",
                           "/run/systemd/resolve/resolv.conf", "/usr/lib/systemd/resolv.conf");
    MemoryTree tree;
    tree.link("/etc/resolv.conf", target);
    auto planned = plan(kAppendixB, "networkd", tree);
    CHECK(text_of(planned.step.changes) == path + "\n" + head + "DNS=9.9.9.9\nDomains=g.example\n");
    CHECK(planned.step.activate ==
          std::vector<Run>{{{"systemctl", "try-reload-or-restart", "systemd-resolved.service"}}});
    planned = plan(kAppendixB, "interfaces", tree);
    CHECK(text_of(planned.step.changes) ==
          path + "\n" + head + "DNS=9.9.9.9 8.8.8.8 1.1.1.1\nDomains=g.example a.example\n");

    apply_to_tree(planned.step, tree);
    CHECK(tree.link_target("/etc/resolv.conf").value() == target);
    CHECK(prune(plan(kAppendixB, "interfaces", tree).step, tree, {}).changes.empty());

    // No longer wanted: ours goes, another's stays.
    ContextValues nothing{{"ETH0_MAC", "02:00:0a:00:00:02"}, {"ETH0_IP", "10.0.0.2/24"}};
    CHECK(plan(nothing, "networkd", tree).step.changes ==
          std::vector<Change>{RemoveFile{.path = path}});
    tree.file(path, "[Resolve]\nDNS=7.7.7.7\n");
    CHECK(plan(nothing, "networkd", tree).step.changes.empty());
    auto refused = plan(kAppendixB, "networkd", tree);
    CHECK(refused.step.changes.empty());
    CHECK(refused.problems ==
          std::vector<Problem>{
              {"DNS", path + " lacks the first line of our files, so it is left as it is", true}});
}

TEST_CASE("A link to what somebody else writes is never replaced", "[resolver]")
{
    const std::vector<Problem> unheard{
        {"DNS",
         "/etc/resolv.conf is a symbolic link to what somebody else writes, so it is left as it is",
         false}};
    MemoryTree tree;
    tree.link("/etc/resolv.conf", "/run/NetworkManager/resolv.conf");
    auto planned = plan(kAppendixB, "interfaces", tree);
    CHECK(planned.step.changes.empty());
    CHECK(planned.problems == unheard);

    tree.link("/etc/resolv.conf", "/run/resolvconf/resolv.conf");
    CHECK(plan(kAppendixB, "interfaces", tree).problems == unheard);
    tree.file("/sbin/resolvconf", "");
    CHECK(plan(kAppendixB, "interfaces", tree).problems.empty());
    CHECK(plan(kAppendixB, "interfaces", tree).step.changes.empty());
    CHECK(text_of(plan(kAppendixB, "networkd", tree).step.changes) ==
          "/etc/resolvconf/resolv.conf.d/head\n# BEGIN onectx\n"
          "nameserver 9.9.9.9\nnameserver 8.8.8.8\nnameserver 1.1.1.1\n"
          "search g.example a.example\n# END onectx\n");
    tree.file("/etc/resolvconf.conf", "resolv_conf=/etc/resolv.conf\n");
    CHECK(text_of(plan(kAppendixB, "interfaces", tree).step.changes) ==
          "/etc/resolvconf.conf\nresolv_conf=/etc/resolv.conf\n# BEGIN onectx\n"
          "name_servers=\"9.9.9.9 8.8.8.8 1.1.1.1\"\n"
          "search_domains=\"g.example a.example\"\n# END onectx\n");
}

TEST_CASE("Who owns resolv.conf", "[resolver]")
{
    struct Row {
        std::string_view name;
        MemoryTree& (*make)(MemoryTree&);
        bool uses_nm;
        ResolverOwner expected;
    };
    auto row = GENERATE(values<Row>({
        {"nothing", [](auto& t) -> MemoryTree& { return t; }, false, ResolverOwner::nobody},
        {"a file", [](auto& t) -> MemoryTree& { return t.file("/etc/resolv.conf", ""); }, false,
         ResolverOwner::nobody},
        {"NetworkManager", [](auto& t) -> MemoryTree& { return t.file("/etc/resolv.conf", ""); },
         true, ResolverOwner::network_manager},
        {"NetworkManager, told not to",
         [](auto& t) -> MemoryTree& {
             return t.file("/usr/lib/NetworkManager/conf.d/a.conf", "[main]\n dns = none\n");
         },
         true, ResolverOwner::nobody},
        {"systemd-resolved before NetworkManager",
         [](auto& t) -> MemoryTree& {
             return t.link("/etc/resolv.conf", "../run/systemd/resolve/stub-resolv.conf");
         },
         true, ResolverOwner::resolved},
        {"netconfig",
         [](auto& t) -> MemoryTree& {
             return t.file("/usr/sbin/netconfig", "").file("/etc/sysconfig/network/config", "");
         },
         false, ResolverOwner::netconfig},
        {"netconfig by its link",
         [](auto& t) -> MemoryTree& {
             return t.link("/etc/resolv.conf", "/run/netconfig/resolv.conf");
         },
         false, ResolverOwner::netconfig},
        {"openresolv by its first line",
         [](auto& t) -> MemoryTree& {
             return t.file("/sbin/resolvconf", "")
                 .file("/etc/resolvconf.conf", "")
                 .file("/etc/resolv.conf", "# Generated by resolvconf\n");
         },
         false, ResolverOwner::openresolv},
        {"a link without its program",
         [](auto& t) -> MemoryTree& {
             return t.link("/etc/resolv.conf", "/run/resolvconf/resolv.conf");
         },
         false, ResolverOwner::somebody},
    }));
    CAPTURE(row.name);
    MemoryTree tree;
    auto owner = find_resolver_owner(row.make(tree), row.uses_nm);
    REQUIRE(owner);
    CHECK(*owner == row.expected);
}

}  // namespace
}  // namespace onectx::test
