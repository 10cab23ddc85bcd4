// Which swap disks are activated, and which are somebody else's.
#include "tests/support/catch.h"
#include "tests/support/machine.h"

namespace onectx::test {
namespace {

using Lines = std::vector<std::string>;

SwapCandidate volatile_disk()
{
    return {.device = "/dev/vdb",
            .whole_disk = true,
            .has_signature = true,
            .label = "swap",
            .uuid = "0f0e-AB",
            .page_size = 4096};
}

Lines planned_for(const SwapCandidate& swap, Machine& machine)
{
    machine.facts.swaps = {swap};
    return paths_of(machine.run(plan_swap).step);
}

TEST_CASE("which swap disks are ours", "[swap]")
{
    struct Row {
        std::string what;
        SwapCandidate swap;
        bool on;
        bool on_if_unlabelled_allowed;
        Lines problems = {};
    };
    auto changed = [](auto change) {
        auto swap = volatile_disk();
        change(swap);
        return swap;
    };
    const std::vector<Row> rows{
        {"a volatile disk of OpenNebula", volatile_disk(), true, true},
        {"no label", changed([](auto& s) { s.label = ""; }), false, true},
        {"another label", changed([](auto& s) { s.label = "SWAP2"; }), false, false},
        {"a partition", changed([](auto& s) { s.whole_disk = false; }), false, false},
        {"active already", changed([](auto& s) { s.active = true; }), false, false},
        {"an empty disk",
         changed([](auto& s) { s.has_signature = false, s.label = "", s.page_size = 0; }), false,
         false},
        {"a memory image",
         changed([](auto& s) { s.hibernated = true; }),
         false,
         false,
         {"warning : /dev/vdb holds the memory of a suspended system; left alone"}},
        {"pages of another kernel",
         changed([](auto& s) { s.page_size = 65536, s.has_signature = false; }),
         false,
         false,
         {"warning : /dev/vdb is made for pages of 65536 bytes, this kernel has 4096; left alone"}},
    };
    for (const auto& row : rows) {
        INFO(row.what);
        Machine machine;
        machine.facts.swaps = {row.swap};
        auto planned = machine.run(plan_swap);
        CHECK(paths_of(planned.step) == (row.on ? Lines{"swapon /dev/vdb"} : Lines{}));
        CHECK(to_lines(planned.problems) == row.problems);
        machine.policy.unlabelled_swap = true;
        CHECK(machine.run(plan_swap).step.changes.size() == (row.on_if_unlabelled_allowed ? 1 : 0));
    }
}

TEST_CASE("what fstab lists is not ours", "[swap]")
{
    for (const std::string line :
         {"/dev/vdb none swap sw 0 0", "UUID=0f0e-ab\tnone swap sw", "UUID=\"0F0E-AB\" none swap",
          "LABEL=swap none swap noauto", "  /dev/disk/by-uuid/0f0e-ab none swap sw",
          "/dev/disk/by-label/swap none swap sw", "/dev/disk/by-path/pci-1 none swap sw",
          "/dev/vdb"}) {
        INFO(line);
        Machine machine;
        machine.tree.link("/dev/disk/by-path/pci-1", "../../vdb")
            .file("/etc/fstab", "# fstab\nUUID=1 / ext4 defaults 0 1\n" + line + "\n");
        CHECK(planned_for(volatile_disk(), machine).empty());
    }
    for (const std::string line :
         {"#/dev/vdb none swap sw 0 0", "/dev/vdb1 none swap sw", "UUID=0f0e none swap sw",
          "UUID= none swap sw", "LABEL=SWAP none swap sw", "/dev/disk/by-path/pci-2 none swap sw",
          "none /dev/vdb swap"}) {
        INFO(line);
        Machine machine;
        machine.tree.link("/dev/disk/by-path/pci-2", "../../vdc").file("/etc/fstab", line);
        CHECK(planned_for(volatile_disk(), machine) == Lines{"swapon /dev/vdb"});
    }
}

TEST_CASE("what crypttab is going to encrypt is not ours", "[swap]")
{
    Machine machine;
    machine.tree.file("/etc/crypttab", "# name source\ncswap /dev/vdb /dev/urandom swap\n");
    CHECK(planned_for(volatile_disk(), machine).empty());
    machine.tree.file("/etc/crypttab", "cswap UUID=0f0e-ab /dev/urandom swap\n");
    CHECK(planned_for(volatile_disk(), machine).empty());
    machine.tree.file("/etc/crypttab", "#cswap /dev/vdb x\n/dev/vdb /dev/vdc x\nalone\n");
    CHECK(planned_for(volatile_disk(), machine) == Lines{"swapon /dev/vdb"});
}

TEST_CASE("an unlabelled disk is not every fstab line without a value", "[swap]")
{
    Machine machine;
    machine.policy.unlabelled_swap = true;
    machine.tree.file("/etc/fstab", "LABEL= none swap sw\nLABEL=\"\" none swap sw\n");
    auto swap = volatile_disk();
    swap.label = swap.uuid = "";
    CHECK(planned_for(swap, machine) == Lines{"swapon /dev/vdb"});
}

TEST_CASE("swap that nobody wants", "[swap]")
{
    Machine ignored;
    ignored.context = context_of({{"IGNORE_SWAP", "YES"}});
    CHECK(planned_for(volatile_disk(), ignored).empty());
    Machine off;
    off.policy.swap = Rule::off;
    CHECK(planned_for(volatile_disk(), off).empty());
    Machine offline;
    offline.facts.offline = true;
    CHECK(planned_for(volatile_disk(), offline).empty());
}

}  // namespace
}  // namespace onectx::test
