// See apply_to_tree.h.
#include "tests/support/apply_to_tree.h"

#include <stdexcept>

#include "common/text.h"

namespace onectx::test {
namespace {

std::uint32_t id_of(const std::string& name, std::string_view file, const MemoryTree& tree)
{
    if (auto number = parse_number(name, 0, UINT32_MAX)) return static_cast<std::uint32_t>(*number);
    auto text = tree.read(file);
    if (text && *text) {
        for (auto line : split_lines((*text)->content)) {
            auto fields = split(line, ':');
            if (fields.size() < 3 || fields[0] != name) continue;
            if (auto id = parse_number(fields[2], 0, UINT32_MAX))
                return static_cast<std::uint32_t>(*id);
        }
    }
    throw std::runtime_error("no account " + name + " in " + std::string(file));
}

// Where a change really lands. The last component of a removed path is not followed.
std::string target_of(const std::string& path, const std::string& anchor, bool follow_last,
                      const MemoryTree& tree)
{
    auto resolved = [&](const std::string& of, bool last) {
        auto target = tree.resolve(of, last);
        if (!target) throw std::runtime_error(target.error().message);
        return *target;
    };
    if (anchor.empty()) return resolved(path, follow_last);
    auto base = resolved(anchor, true);
    auto wanted = (base == "/" ? std::string() : base) + path.substr(anchor.size());
    if (resolved(wanted, true) != wanted)
        throw std::runtime_error("a symbolic link below " + anchor + " in " + path);
    return wanted;
}

}  // namespace

void apply_to_tree(const Change& change, MemoryTree& tree)
{
    auto uid = [&](const Owner& owner) { return id_of(owner.user, "/etc/passwd", tree); };
    auto gid = [&](const Owner& owner) { return id_of(owner.group, "/etc/group", tree); };
    std::visit(
        Overload{
            [&](const WriteFile& c) {
                tree.file(target_of(c.path, c.anchor, true, tree), c.content, c.mode, uid(c.owner),
                          gid(c.owner));
            },
            [&](const RemoveFile& c) { tree.remove(target_of(c.path, c.anchor, false, tree)); },
            [&](const MakeDirectory& c) {
                auto path = target_of(c.path, c.anchor, true, tree);
                if (!tree.nodes().contains(path))
                    tree.directory(path, c.mode, uid(c.owner), gid(c.owner));
            },
            [&](const MakeSymlink& c) {
                auto [above, name] = std::pair(c.path.substr(0, c.path.rfind('/')),
                                               c.path.substr(c.path.rfind('/')));
                tree.link(target_of(above, "", true, tree) + name, c.target);
            },
            [](const Run&) {},
            [](const SetKernelHostname&) {},
            [](const SwapOn&) {},
            [](const LinkChange&) {},
            [&](const SetKernelParameter& c) { tree.file("/proc/sys/" + c.name, c.value + "\n"); },
            [&](const KeepConsoleLit&) {
                tree.file("/sys/module/kernel/parameters/consoleblank", "0\n");
            },
            [](const RunScript&) {},
            [](const FetchFile&) {},
            [](const ReportReady&) {},
            [](const DhcpChange&) {},
            [](const GrowPartition&) {},
            [](const GrowFileSystem&) {},
            [](const Mount&) {},
            [](const Unmount&) {},
        },
        change);
}

void apply_to_tree(const Step& step, MemoryTree& tree)
{
    for (const auto& change : step.changes)
        apply_to_tree(change, tree);
    for (const auto& change : step.record)
        apply_to_tree(change, tree);
}

void apply_to_tree(const Plan& plan, MemoryTree& tree)
{
    for (const auto& step : plan.steps)
        apply_to_tree(step, tree);
}

}  // namespace onectx::test
