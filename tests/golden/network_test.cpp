// One context, every back-end: tests/golden/network/cases/CASE holds context.sh (none: a machine
// without a context), `policy` (a guest.conf), earlier.sh (a context that was applied before) and
// before.tree (what else the machine holds); machines/NAME.tree is a machine, common.tree belongs
// to each. CASE/NAME.expected lists every file that differs from the machine's afterwards, and the
// complaints, compared whole; on the machine `netlink`, which has nobody to write for, what is done
// to its kernel. Each case runs twice, and the second run must change nothing (design law 2).
// UPDATE_GOLDEN=1 rewrites what is expected. A .tree is read by tests/support/tree_file.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "common/shell_vars.h"
#include "common/text.h"
#include "guest/net/backend.h"
#include "guest/plan/link_record.h"
#include "guest/plan/plan.h"
#include "guest/plan/prune.h"
#include "guest/plan/show.h"
#include "guest/system/config.h"
#include "guest/system/nics.h"
#include "guest/system/os_tree.h"
#include "tests/support/apply_to_kernel.h"
#include "tests/support/apply_to_tree.h"
#include "tests/support/catch.h"
#include "tests/support/files.h"
#include "tests/support/machine.h"
#include "tests/support/tree_file.h"

namespace onectx::test {
namespace {

namespace fs = std::filesystem;

const fs::path kFolder = source_folder() / "tests/golden/network";

std::vector<std::string> names_in(const fs::path& folder)
{
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder))
        names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
}

// What a run did beside changing files, in order.
std::string events_of(const PlannedStep& planned)
{
    std::string text;
    for (const auto& change : planned.step.changes)
        if (const auto* run = std::get_if<onectx::Run>(&change))
            text += "run " + join(run->argv, " ") + "\n";
        else if (std::holds_alternative<LinkChange>(change) ||
                 std::holds_alternative<DhcpChange>(change))
            text += show_change(change, MemoryTree());
    for (const auto& line : to_lines(planned.problems))
        text += line + "\n";
    return text;
}

struct Outcome {
    std::string text;
    bool empty = true;
};

struct NetworkMachine {
    NetworkMachine(const fs::path& folder, const std::string& name);

    MemoryTree tree;
    Facts facts = Machine::facts_of_tests();
    Policy policy;
};

NetworkMachine::NetworkMachine(const fs::path& folder, const std::string& name)
{
    Config config;
    if (fs::exists(folder / "policy")) read_config(read_file(folder / "policy"), "policy", config);
    REQUIRE(config.problems.empty());
    policy = config.policy;
    add_tree(kFolder / "machines/common.tree", tree);
    add_tree(kFolder / "machines" / (name + ".tree"), tree);
    add_tree(folder / "before.tree", tree);
    auto nics = nics_of_tree(tree);
    REQUIRE(nics);
    facts.nics = *nics;
    facts.init = find_init(tree, true);
    if (name != "netlink") return;
    facts.network = kernel_of(facts.nics);
    if (policy.backend.empty()) policy.backend = name;
}

// Network and resolver in the local stage of a booting machine, and in both where no daemon is to
// follow.
Outcome run_context(const fs::path& context, NetworkMachine& machine)
{
    auto& [tree, facts, policy] = machine;
    const auto stage = facts.network ? Stage::all : Stage::local;
    ShellVars vars;
    if (fs::exists(context))
        vars = parse_shell_vars(read_file(context));
    else
        vars.context = context_of_macs(facts.nics, policy.mac_to_ip);
    auto settings = make_settings(vars.context, policy, vars.refusals);
    auto backend = choose_backend("", policy, settings, tree);
    Outcome outcome{events_of({{}, settings.problems})};
    if (settings.network) outcome.text += events_of({{}, backend.problems});
    for (auto planner : {plan_network, plan_resolver}) {
        auto planned = planner({settings, policy, facts, tree, backend.name, stage});
        if (!planned) {
            outcome.text += "failed: " + planned.error().message + "\n";
            continue;
        }
        planned->step = prune(std::move(planned->step), tree, facts);
        outcome.text += events_of(*planned);
        outcome.empty = outcome.empty && planned->step.changes.empty();
        apply_to_tree(planned->step, tree);
        if (!facts.network) continue;
        apply_to_kernel(planned->step, facts);
        if (const auto& goal = planned->step.goal)
            tree.file(std::string(kLinkRecordPath), goal->record_after, 0600);
    }
    return outcome;
}

std::string shown_node(const std::string& path, const MemoryTree::Node& node)
{
    constexpr unsigned kPlain = 0644;
    auto text = "== " + path;
    if (node.status.type == FileType::symlink) return text + " -> " + node.content + "\n";
    if (node.status.mode != kPlain) text += node.status.mode == 0600 ? " 0600" : " (other mode)";
    text += "\n" + node.content;
    return node.content.empty() || node.content.ends_with('\n') ? text : text + "\n\\ no newline\n";
}

// Each file that was added, changed or removed.
std::string difference(const MemoryTree& before, const MemoryTree& after)
{
    std::string text;
    for (const auto& [path, node] : after.nodes()) {
        if (node.status.type == FileType::directory) continue;
        auto old = before.nodes().find(path);
        if (old == before.nodes().end() || old->second.content != node.content ||
            old->second.status != node.status)
            text += shown_node(path, node);
    }
    for (const auto& [path, node] : before.nodes())
        if (!after.nodes().contains(path)) text += "== " + path + " removed\n";
    return text;
}

void check_case(const fs::path& folder, const std::string& name)
{
    NetworkMachine machine(folder, name);
    MemoryTree before;
    for (const auto& [path, node] : machine.tree.nodes())
        if (node.status.type == FileType::symlink)
            before.link(path, node.content);
        else if (node.status.type == FileType::regular)
            before.file(path, node.content, node.status.mode);
    if (fs::exists(folder / "earlier.sh")) run_context(folder / "earlier.sh", machine);

    auto outcome = run_context(folder / "context.sh", machine);
    auto shown = outcome.text + difference(before, machine.tree);
    auto file = folder / (name + ".expected");
    if (std::getenv("UPDATE_GOLDEN") != nullptr) std::ofstream(file) << shown;
    CHECK(shown == read_file(file));

    auto again = run_context(folder / "context.sh", machine);
    INFO(again.text);
    CHECK(again.empty);
    CHECK(again.text.find("run ") == std::string::npos);
    CHECK(difference(before, machine.tree) == shown.substr(outcome.text.size()));
}

}  // namespace

TEST_CASE("every case with every back-end", "[golden]")
{
    auto machines = names_in(kFolder / "machines");
    std::erase(machines, "common.tree");
    REQUIRE(machines.size() >= 11);
    auto cases = names_in(kFolder / "cases");
    REQUIRE(cases.size() >= 60);
    for (const auto& name : cases) {
        DYNAMIC_SECTION(name)
        {
            for (const auto& machine : machines) {
                auto stem = machine.substr(0, machine.find('.'));
                INFO(stem);
                check_case(kFolder / "cases" / name, stem);
            }
        }
    }
}

}  // namespace onectx::test
