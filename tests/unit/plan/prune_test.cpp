// What of a plan is left on a machine that has some of it already.
#include "guest/plan/prune.h"

#include "tests/support/catch.h"
#include "tests/support/memory_tree.h"

namespace onectx {

using test::MemoryTree;

namespace {

bool is_dropped(Change change, const MemoryTree& tree, const Facts& facts = {})
{
    auto step = prune(Step{"step", {std::move(change)}, {Run{{"reload"}}}}, tree, facts);
    CHECK(step.name == "step");
    CHECK(step.activate.empty() == step.changes.empty());
    return step.changes.empty();
}

struct Machine : MemoryTree {
    Machine()
    {
        file("/etc/passwd", "alice:x:1000:1000:::\n");
        file("/etc/group", "alice:x:1000:\n");
        file("/etc/hosts", "same", 0640, 1000, 1000);
        link("/etc/link", "hosts");
        link("/etc/gone", "/nowhere");
        directory("/home/alice", 0700, 1000, 1000);
        link("/home/linked", "alice");
        link("/home/far", "/home/linked");
        link("/home/broken", "none");
        link("/home/loop", "loop");
        link("/home/alice/keys", "/etc/hosts");
    }
};

WriteFile hosts()
{
    return {.path = "/etc/hosts", .content = "same", .mode = 0640, .owner = {"1000", "1000"}};
}

}  // namespace

TEST_CASE("a file is dropped when content, mode and owner are right")
{
    Machine tree;
    CHECK(is_dropped(hosts(), tree));
    auto change = [&](auto edit) {
        auto file = hosts();
        edit(file);
        return is_dropped(file, tree);
    };
    CHECK_FALSE(change([](auto& file) { file.content = "other"; }));
    CHECK_FALSE(change([](auto& file) { file.mode = 0644; }));
    CHECK_FALSE(change([](auto& file) { file.owner.user = "0"; }));
    CHECK_FALSE(change([](auto& file) { file.owner.group = "0"; }));
    CHECK_FALSE(change([](auto& file) { file.path = "/etc/none"; }));
    CHECK_FALSE(change([](auto& file) { file.path = "/etc"; }));
    CHECK_FALSE(change([](auto& file) { file.path = "/etc/gone"; }));
    CHECK(change([](auto& file) { file.path = "/etc/link"; }));
    CHECK(change([](auto& file) { file.owner = {"alice", "alice"}; }));
    CHECK_FALSE(change([](auto& file) { file.owner = {"bob", "alice"}; }));
    CHECK(change([](auto& file) { file.planned_from = "absent"; }));
    // Where links are not followed, one is in the way and the executor has to say so.
    CHECK(change([](auto& file) { file.path = "/home/alice/keys"; }));
    CHECK_FALSE(change([](auto& file) {
        file.path = "/home/alice/keys";
        file.anchor = "/home/alice";
    }));
}

TEST_CASE("an owner that nobody may change is no reason to write")
{
    Facts facts;
    facts.privileged = false;
    auto file = hosts();
    file.owner = {"0", "bob"};
    CHECK(is_dropped(file, Machine(), facts));
    file.mode = 0644;
    CHECK_FALSE(is_dropped(file, Machine(), facts));
}

TEST_CASE("removing and making directories")
{
    Machine tree;
    CHECK(is_dropped(RemoveFile{"/etc/none"}, tree));
    CHECK_FALSE(is_dropped(RemoveFile{"/etc/hosts"}, tree));
    CHECK_FALSE(is_dropped(RemoveFile{"/etc/gone"}, tree));  // a link is something

    auto made = [&](std::string path, std::string anchor = "") {
        return is_dropped(MakeDirectory{.path = std::move(path), .anchor = std::move(anchor)},
                          tree);
    };
    CHECK(made("/home/alice"));  // whatever its mode and owner
    CHECK(made("/home/far"));
    CHECK_FALSE(made("/home/far", "/home"));
    CHECK_FALSE(made("/home/bob"));
    CHECK_FALSE(made("/home/broken"));
    CHECK_FALSE(made("/home/loop"));
    CHECK_FALSE(made("/etc/hosts"));
}

TEST_CASE("a link is dropped when it says so already, wherever it leads")
{
    Machine tree;
    CHECK(is_dropped(MakeSymlink{"/etc/link", "hosts"}, tree));
    CHECK(is_dropped(MakeSymlink{"/etc/gone", "/nowhere"}, tree));
    CHECK_FALSE(is_dropped(MakeSymlink{"/etc/link", "/etc/hosts"}, tree));
    CHECK_FALSE(is_dropped(MakeSymlink{"/etc/hosts", "hosts"}, tree));
    CHECK_FALSE(is_dropped(MakeSymlink{"/etc/none", "hosts"}, tree));
}

TEST_CASE("kernel state is compared with the facts, and offline there is none")
{
    Facts facts;
    facts.kernel_hostname = "web01";
    facts.swaps = {{.device = "/dev/vdb", .active = true}, {.device = "/dev/vdc"}};
    CHECK(is_dropped(SetKernelHostname{"web01"}, {}, facts));
    CHECK_FALSE(is_dropped(SetKernelHostname{"web02"}, {}, facts));
    CHECK(is_dropped(SwapOn{"/dev/vdb"}, {}, facts));
    CHECK_FALSE(is_dropped(SwapOn{"/dev/vdc"}, {}, facts));
    CHECK_FALSE(is_dropped(SwapOn{"/dev/vdd"}, {}, facts));
    MemoryTree kernel;
    kernel.file("/proc/sys/net/ipv4/ip_forward", "1\n")
        .file("/sys/module/kernel/parameters/consoleblank", "600\n");
    CHECK(is_dropped(SetKernelParameter{"net/ipv4/ip_forward", "1"}, kernel, facts));
    CHECK_FALSE(is_dropped(SetKernelParameter{"net/ipv4/ip_forward", "0"}, kernel, facts));
    CHECK_FALSE(is_dropped(SetKernelParameter{"net/ipv6/conf/all/forwarding", "1"}, kernel, facts));
    CHECK_FALSE(is_dropped(KeepConsoleLit{}, kernel, facts));
    kernel.file("/sys/module/kernel/parameters/consoleblank", "0\n");
    CHECK(is_dropped(KeepConsoleLit{}, kernel, facts));
    CHECK(is_dropped(KeepConsoleLit{}, {}, facts));
    facts.offline = true;
    CHECK(is_dropped(SetKernelParameter{"net/ipv4/ip_forward", "0"}, kernel, facts));
    CHECK(is_dropped(SetKernelHostname{"web02"}, {}, facts));
    CHECK(is_dropped(SwapOn{"/dev/vdd"}, {}, facts));
}

TEST_CASE("what is left keeps its order, and an empty step stays")
{
    Plan plan{.stage = "local",
              .backend = "networkd",
              .steps = {{"a", {hosts(), Run{{"one"}}, RemoveFile{"/none"}, SwapOn{"/dev/x"}}},
                        {"b", {hosts()}, {Run{{"reload"}}}, true}},
              .problems = {{"X", "why", true}}};
    auto pruned = prune(plan, Machine(), {});
    CHECK(pruned.stage == "local");
    CHECK(pruned.backend == "networkd");
    CHECK(pruned.problems == plan.problems);
    REQUIRE(pruned.steps.size() == 2);
    CHECK(pruned.steps[0].changes == std::vector<Change>{Run{{"one"}}, SwapOn{"/dev/x"}});
    CHECK(pruned.steps[1] == Step{"b", {}, {}, true});
}

TEST_CASE("what is run when some files change")
{
    MemoryTree tree;
    tree.file("/a", "same");
    auto left = [&](std::vector<Change> changes) {
        Step step{.name = "step",
                  .changes = std::move(changes),
                  .activate = {{{"a"}, {"/a"}}, {{"b"}, {"/b", "/c"}}, {{"any"}}},
                  .prepare = {{{"old-b"}, {"/b"}}}};
        auto pruned = prune(step, tree, {});
        std::string names;
        for (const auto* list : {&pruned.prepare, &pruned.activate})
            for (const auto& run : *list)
                names += run.argv[0] + " ";
        return names;
    };
    WriteFile a{.path = "/a", .content = "same"}, b{.path = "/b", .content = "new"};
    CHECK(left({a}).empty());
    CHECK(left({a, b}) == "old-b b any ");
    a.content = "new";
    CHECK(left({a, RemoveFile{"/c"}}) == "a any ");  // /c is not there
    CHECK(left({LinkChange{.device = "eth0", .up = true}}) == "any ");
    CHECK(left({LinkChange{.device = "eth0"}}).empty());
    Facts offline;
    offline.offline = true;
    CHECK(is_dropped(LinkChange{.device = "eth0", .up = true}, tree, offline));
}

}  // namespace onectx
