// The rules of guest.conf: what is made, what is mended, what is left to others, and that a run
// that finds everything as it was plans nothing, whatever the rule.
#include "guest/plan/govern.h"

#include "guest/plan/contextualize.h"
#include "tests/support/apply_to_tree.h"
#include "tests/support/catch.h"
#include "tests/support/machine.h"

namespace onectx::test {
namespace {

using Lines = std::vector<std::string>;

const std::string kHosts = "127.0.0.1 localhost\n";
const std::string kBootId = "/proc/sys/kernel/random/boot_id";

struct GovernedMachine : Machine {
    GovernedMachine()
    {
        tree.file(kBootId, "boot-1\n")
            .file("/etc/hostname", "image\n")
            .file("/etc/hosts", kHosts)
            .file("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\n")
            .file("/etc/group", "root:x:0:\n")
            .file("/etc/shadow", "root:*:::::::\n")
            .directory("/root", 0700);
        context = context_of({{"VMID", "7"}, {"SET_HOSTNAME", "web01"}});
    }

    // One run of the local stage; what it changed but for its records, and its complaints.
    Lines go(bool force = false)
    {
        ShellVars vars{.context = context, .refusals = refusals};
        auto done =
            contextualize(vars, policy, facts, tree, Stage::local, backend, {.force = force}).plan;
        apply_to_tree(done, tree);
        Lines lines;
        for (const auto& step : done.steps) {
            if (step.name == "console") continue;  // no rule governs it
            for (const auto& path : paths_of(step))
                if (!path.starts_with("/run") && !path.starts_with("/var")) lines.push_back(path);
            recorded |= !step.record.empty();
            goal |= step.goal.has_value();
            for (const auto& change : step.changes)
                if (const auto* name = std::get_if<SetKernelHostname>(&change))
                    facts.kernel_hostname = name->name;
                else if (const auto* swap = std::get_if<SwapOn>(&change))
                    swapped(swap->device).active = true;
        }
        for (const auto& line : to_lines(done.problems))
            lines.push_back(line);
        return lines;
    }
    // The same twice; the second run must find nothing to do and nothing to remember.
    Lines settle()
    {
        auto lines = go();
        recorded = false;
        auto again = go();
        std::erase_if(again, [](const auto& line) { return line.starts_with("warning"); });
        CHECK(again == Lines{});
        CHECK_FALSE(recorded);
        return lines;
    }
    void boot(const std::string& id)
    {
        tree.file(kBootId, id + "\n");
        facts.kernel_hostname = "localhost";
        for (auto& swap : facts.swaps)
            swap.active = false;
        for (std::string name : {"hostname", "network", "resolver", "users", "ssh-keys", "swap"})
            tree.remove("/run/onectx/applied-" + name);
    }
    SwapCandidate& swapped(const std::string& device)
    {
        for (auto& swap : facts.swaps)
            if (swap.device == device) return swap;
        throw std::runtime_error("no " + device);
    }
    void add_swap(const std::string& device)
    {
        facts.swaps.push_back({.device = device,
                               .whole_disk = true,
                               .has_signature = true,
                               .label = "swap",
                               .page_size = 4096});
    }

    Refusals refusals;
    std::string backend = "networkd";
    bool recorded = false;
    bool goal = false;
};

const Lines kAllOfHostname{"/etc/hostname", "/etc/hosts", "hostname web01"};

std::string left(const std::string& what, const std::string& rule)
{
    return "warning : " + what + " was changed since it was made so, and is left as it is (" +
           rule + ")";
}

TEST_CASE("what a rule decides", "[policy]")
{
    using enum Rule;
    using enum Decision;
    struct Row {
        Rule rule;
        History history;
        Decision decision;
        Decision forced;
    };
    const History never{};
    const History same{true, true, true};
    const History next_boot{true, true, false};
    const History other_value{false, true, true};
    const History other_instance{true, false, true};
    for (const auto& row : std::vector<Row>{
             {off, never, leave, leave},
             {off, same, leave, leave},
             {first_boot, never, make, make},
             {first_boot, same, leave, make},
             {first_boot, next_boot, leave, make},
             {first_boot, other_value, leave, make},
             {first_boot, other_instance, make, make},
             {on_change, never, make, make},
             {on_change, same, mend, make},
             {on_change, next_boot, mend, make},
             {on_change, other_value, make, make},
             {on_change, other_instance, make, make},
             {every_boot, never, make, make},
             {every_boot, same, mend, make},
             {every_boot, next_boot, make, make},
             {every_boot, other_value, make, make},
             {enforce, never, make, make},
             {enforce, same, make, make},
         }) {
        CAPTURE(to_text(row.rule), row.history.same_value, row.history.same_instance,
                row.history.same_boot);
        CHECK(decide(row.rule, row.history, false) == row.decision);
        CHECK(decide(row.rule, row.history, true) == row.forced);
    }
}

TEST_CASE("on-change: what the user made of a file stays until the context says otherwise",
          "[policy]")
{
    GovernedMachine machine;
    CHECK(machine.settle() == kAllOfHostname);

    machine.tree.file("/etc/hostname", "mine\n");
    machine.facts.kernel_hostname = "mine";
    const Lines remark{left("/etc/hostname", "hostname = on-change")};
    CHECK(machine.settle() == remark);
    machine.boot("boot-2");
    CHECK(machine.settle() == remark);
    CHECK(machine.text_of("/etc/hostname") == "mine\n");

    machine.context = context_of({{"VMID", "7"}, {"SET_HOSTNAME", "web02"}});
    CHECK(machine.settle() == Lines{"/etc/hostname", "/etc/hosts", "hostname web02"});
    CHECK(machine.text_of("/etc/hostname") == "web02\n");
}

TEST_CASE("lines of others in a shared file are no change of ours", "[policy]")
{
    GovernedMachine machine;
    machine.settle();
    auto hosts = machine.text_of("/etc/hosts");
    machine.tree.file("/etc/hosts", "10.0.0.1 gateway\n" + hosts + "# mine\n");
    CHECK(machine.settle() == Lines{});
    // Our own line is one.
    auto at = hosts.find("web01");
    machine.tree.file("/etc/hosts", hosts.replace(at, 5, "other"));
    CHECK(machine.settle() == Lines{left("/etc/hosts", "hostname = on-change")});
    // And when it is gone, it comes back.
    machine.tree.file("/etc/hosts", kHosts);
    CHECK(machine.settle() == Lines{"/etc/hosts"});
}

TEST_CASE("what is gone comes back", "[policy]")
{
    GovernedMachine machine;
    machine.settle();
    machine.tree.remove("/etc/hostname");
    CHECK(machine.settle() == Lines{"/etc/hostname"});
}

TEST_CASE("another instance is a new beginning", "[policy]")
{
    for (auto rule : {Rule::on_change, Rule::first_boot}) {
        CAPTURE(to_text(rule));
        GovernedMachine machine;
        machine.policy.hostname = rule;
        machine.settle();
        machine.tree.file("/etc/hostname", "mine\n");
        machine.context = context_of({{"VMID", "8"}, {"SET_HOSTNAME", "web01"}});
        CHECK(machine.settle() == Lines{"/etc/hostname"});
    }
}

TEST_CASE("first-boot: once an instance, whatever the context says later", "[policy]")
{
    GovernedMachine machine;
    machine.policy.hostname = Rule::first_boot;
    CHECK(machine.settle() == kAllOfHostname);
    machine.tree.remove("/etc/hostname");
    machine.context = context_of({{"VMID", "7"}, {"SET_HOSTNAME", "web02"}});
    CHECK(machine.settle() == Lines{});
    machine.boot("boot-2");
    CHECK(machine.settle() == Lines{});
    CHECK(machine.go(true) == Lines{"/etc/hostname", "/etc/hosts", "hostname web02"});
}

TEST_CASE("every-boot: made again once a boot", "[policy]")
{
    GovernedMachine machine;
    machine.policy.hostname = Rule::every_boot;
    machine.settle();
    machine.tree.file("/etc/hostname", "mine\n");
    CHECK(machine.settle() == Lines{left("/etc/hostname", "hostname = every-boot")});
    machine.boot("boot-2");
    CHECK(machine.settle() == Lines{"/etc/hostname", "hostname web01"});
}

TEST_CASE("enforce: made again in every run", "[policy]")
{
    GovernedMachine machine;
    machine.policy.hostname = Rule::enforce;
    machine.settle();
    machine.tree.file("/etc/hostname", "mine\n");
    CHECK(machine.settle() == Lines{"/etc/hostname"});
}

TEST_CASE("off: nothing, --force included", "[policy]")
{
    GovernedMachine machine;
    machine.policy.hostname = Rule::off;
    CHECK(machine.settle() == Lines{});
    CHECK(machine.go(true) == Lines{});
    CHECK(machine.text_of("/etc/hostname") == "image\n");
}

TEST_CASE("being forced makes everything again", "[policy]")
{
    GovernedMachine machine;
    machine.settle();
    CHECK(machine.go(true) == kAllOfHostname);
    machine.tree.file("/etc/hostname", "mine\n");
    CHECK(machine.go(true) == kAllOfHostname);
    CHECK(machine.text_of("/etc/hostname") == "web01\n");
    CHECK(machine.settle() == Lines{});
}

TEST_CASE("a host name that somebody gave the kernel stays for this boot", "[policy]")
{
    GovernedMachine machine;
    machine.settle();
    machine.facts.kernel_hostname = "mine";
    CHECK(machine.settle() == Lines{left("the kernel's host name", "hostname = on-change")});
    machine.boot("boot-2");
    CHECK(machine.settle() == Lines{"hostname web01"});
}

TEST_CASE("swap that somebody switched off stays off in this boot; new disks come", "[policy]")
{
    GovernedMachine machine;
    machine.context = context_of({{"VMID", "7"}});
    machine.add_swap("/dev/vdb");
    CHECK(machine.settle() == Lines{"swapon /dev/vdb"});
    machine.swapped("/dev/vdb").active = false;
    const Lines remark{left("swap on /dev/vdb", "swap = every-boot")};
    CHECK(machine.settle() == remark);
    machine.add_swap("/dev/vdc");
    auto lines = machine.settle();
    CHECK(lines == Lines{"swapon /dev/vdc", remark[0]});
    machine.boot("boot-2");
    CHECK(machine.settle() == Lines{"swapon /dev/vdb", "swapon /dev/vdc"});
}

TEST_CASE("what a refused line would have said is no news", "[policy]")
{
    GovernedMachine machine;
    machine.settle();
    machine.tree.file("/etc/hostname", "mine\n");
    machine.context = context_of({{"VMID", "7"}});
    machine.refusals.names = {"SET_HOSTNAME"};
    machine.refusals.any = true;
    CHECK(machine.settle() == Lines{});
    machine.context = context_of({{"VMID", "7"}, {"SET_HOSTNAME", "web01"}});
    machine.refusals = {};
    CHECK(machine.settle() == Lines{left("/etc/hostname", "hostname = on-change")});
}

TEST_CASE("keys: our block is the user's once he changed it", "[policy]")
{
    const std::string path = "/root/.ssh/authorized_keys";
    GovernedMachine machine;
    machine.context = context_of({{"VMID", "7"}, {"SSH_PUBLIC_KEY", test_key('a')}});
    machine.settle();
    auto text = machine.text_of(path);
    machine.tree.file(path, test_key('m') + "\n" + text, 0600);
    CHECK(machine.settle() == Lines{});
    auto at = text.find(test_key('a'));
    machine.tree.file(path, text.replace(at, test_key('a').size(), test_key('m')), 0600);
    CHECK(machine.settle() == Lines{left(path, "ssh-keys = on-change")});
    machine.context = context_of({{"VMID", "7"}, {"SSH_PUBLIC_KEY", test_key('b')}});
    CHECK(machine.settle() == Lines{path});
}

TEST_CASE("network: a file of the user's is left, with all that hangs on it", "[policy]")
{
    GovernedMachine machine;
    machine.facts.nics = {{.name = "eth0", .mac = *parse_mac("02:00:0a:00:00:01")},
                          {.name = "eth1", .mac = *parse_mac("02:00:0a:00:00:02")}};
    machine.context = context_of({{"VMID", "7"},
                                  {"ETH0_MAC", "02:00:0a:00:00:01"},
                                  {"ETH0_IP", "10.0.0.1"},
                                  {"ETH0_MASK", "255.255.255.0"},
                                  {"ETH1_MAC", "02:00:0a:00:00:02"},
                                  {"ETH1_IP", "10.0.1.1"},
                                  {"ETH1_MASK", "255.255.255.0"}});
    const std::string first = "/etc/systemd/network/05-onectx-eth0.network";
    const std::string second = "/etc/systemd/network/05-onectx-eth1.network";
    CHECK(machine.settle() == Lines{first, second});
    machine.tree.file(second, machine.text_of(second) + "# mine\n");
    machine.tree.remove(first);
    CHECK(machine.settle() == Lines{first, left(second, "network = on-change")});
}

TEST_CASE("every variable that network files are made of is news of the network", "[policy]")
{
    auto name = GENERATE(as<std::string>{}, "ETH0_IP", "PCI1_MTU", "DNS", "SEARCH_DOMAIN", "ROUTES",
                         "GATEWAY", "GATEWAY_IFACE", "NETCFG_TYPE", "NETMASK", "IP_PUBLIC",
                         "ONEGATE_ENDPOINT");
    CAPTURE(name);
    CHECK_FALSE(said_of_domains(context_of({{name, "x"}}), {}).at("network").text.empty());
}

TEST_CASE("a step that fails is not remembered", "[policy]")
{
    GovernedMachine machine;
    machine.policy.hostname = Rule::first_boot;
    machine.tree.remove("/etc/hosts").directory("/etc/hosts");
    machine.go();
    machine.tree.remove("/etc/hosts").file("/etc/hosts", kHosts);
    CHECK(machine.settle() == kAllOfHostname);
}

TEST_CASE("a record that cannot be read stops nothing", "[policy]")
{
    GovernedMachine machine;
    machine.tree.directory("/var/lib/onectx/key");
    auto lines = machine.go();
    CHECK(lines.size() > kAllOfHostname.size());
    CHECK(Lines(lines.begin(), lines.begin() + 3) == kAllOfHostname);
    CHECK(machine.go()[0].starts_with("warning : "));
}

TEST_CASE("passwords: rules of their own", "[policy][password]")
{
    GovernedMachine machine;
    auto with = [](const std::string& vmid, const std::string& hash) {
        return context_of({{"VMID", vmid}, {"CRYPTED_PASSWORD", "$6$s$" + hash}});
    };
    auto users_own = [&] { machine.tree.file("/etc/shadow", "root:$6$own$own:::::::\n"); };
    auto password = [&] {
        auto text = machine.text_of("/etc/shadow");
        return text.substr(5, text.find(':', 5) - 5);
    };
    machine.context = with("7", "a");

    SECTION("off")
    {
        machine.policy.passwords = Rule::off;
        CHECK(machine.settle() == Lines{});
        CHECK(password() == "*");
    }
    SECTION("on-change, and --force is no change")
    {
        CHECK(machine.settle() == Lines{"/etc/shadow"});
        users_own();
        CHECK(machine.settle() == Lines{});
        machine.go(true);
        CHECK(password() == "$6$own$own");
        machine.context = with("7", "b");
        CHECK(machine.settle() == Lines{"/etc/shadow"});
        CHECK(password() == "$6$s$b");
    }
    SECTION("first-boot")
    {
        machine.policy.passwords = Rule::first_boot;
        CHECK(machine.settle() == Lines{"/etc/shadow"});
        machine.context = with("7", "b");
        CHECK(machine.settle() == Lines{});
        CHECK(password() == "$6$s$a");
        machine.context = with("8", "b");
        CHECK(machine.settle() == Lines{"/etc/shadow"});
        CHECK(password() == "$6$s$b");
    }
    SECTION("every-boot")
    {
        machine.policy.passwords = Rule::every_boot;
        machine.settle();
        users_own();
        CHECK(machine.settle() == Lines{});
        machine.boot("boot-2");
        CHECK(machine.settle() == Lines{"/etc/shadow"});
        CHECK(password() == "$6$s$a");
    }
    SECTION("without the account's own rule there is no password either")
    {
        machine.policy.users = Rule::off;
        CHECK(machine.settle() == Lines{});
    }
}

}  // namespace
}  // namespace onectx::test
