// File systems that the host shares with the machine (virtiofs). What an earlier context mounted
// and this one does not want is unmounted: only what the record of this boot names, so that mounts
// of others stay (reference 5.50).
#include <algorithm>

#include "common/limits.h"
#include "common/text.h"
#include "guest/model/block_stack.h"
#include "guest/model/mount_table.h"
#include "guest/plan/link_record.h"
#include "guest/plan/plan.h"

namespace onectx {
namespace {

constexpr std::string_view kRecord = "/run/onectx/mounts";
constexpr std::string_view kType = "virtiofs";

struct Mounted {
    std::string tag;
    std::string target;

    bool operator==(const Mounted&) const = default;
};

// "boot ID", then a line a mount: the tag, a tab, the target. Neither holds control characters.
std::string to_text(const std::vector<Mounted>& mounts, std::string_view boot_id)
{
    auto text = "boot " + std::string(boot_id) + "\n";
    for (const auto& mount : mounts)
        text += mount.tag + "\t" + mount.target + "\n";
    return text;
}

// Those of this boot that are mounted still.
Result<std::vector<Mounted>> read_record(const FileReader& tree,
                                         const std::vector<MountEntry>& mounts)
{
    std::vector<Mounted> ours;
    const auto file = TRY(tree.read(kRecord));
    if (!file) return ours;
    const auto lines = split_lines(file->content);
    if (lines.empty() || lines[0] != "boot " + boot_id_of(tree)) return ours;
    for (const auto line : lines) {
        const auto fields = split(line, '\t');
        if (fields.size() != 2) continue;
        const auto* mount = find_mount(mounts, fields[1]);
        if (mount != nullptr && mount->type == kType && mount->source == fields[0])
            ours.push_back({std::string(fields[0]), std::string(fields[1])});
    }
    return ours;
}

// Where a path leads when its links are followed. Absent when one of them is not root's: who owns
// the link could lead the mount to any place.
Result<std::optional<std::string>> resolved(const std::string& path, const FileReader& tree)
{
    std::vector<std::string> left{};
    const auto push = [&](std::string_view text) {
        auto parts = split(text, '/');
        for (auto part = parts.rbegin(); part != parts.rend(); ++part)
            if (!part->empty() && *part != ".") left.emplace_back(*part);
    };
    push(path);
    std::string at;
    for (unsigned links = 0; !left.empty();) {
        const auto name = std::move(left.back());
        left.pop_back();
        if (name == "..") {
            at.erase(std::min(at.rfind('/'), at.size()));
            continue;
        }
        const auto next = at + "/" + name;
        const auto status = TRY(tree.status(next));
        if (!status || status->type != FileType::symlink) {
            at = next;
            continue;
        }
        const auto target = TRY(tree.link_target(next));
        if (status->uid != 0 || !target || ++links > kMaxLinks) return std::nullopt;
        if (target->starts_with('/')) at.clear();
        push(*target);
    }
    return at.empty() ? "/" : at;
}

}  // namespace

Result<PlannedStep> plan_mounts(const PlanInput& input)
{
    PlannedStep planned{.step = {.name = "mounts", .changes = {}, .activate = {}}, .problems = {}};
    planned.step.attempt_all = true;
    const auto& wish = input.settings.mounts;
    if (!is_on(input.policy.mounts) || input.facts.offline || input.facts.container) return planned;
    const auto file = TRY(input.tree.read("/proc/self/mountinfo"));
    const auto mounts = parse_mountinfo(file ? file->content : "");
    const auto ours = TRY(read_record(input.tree, mounts));
    if (wish.mounts.empty() && ours.empty()) return planned;

    auto& changes = planned.step.changes;
    std::vector<Mounted> kept;
    std::vector<Change> made;
    for (const auto& wanted : wish.mounts) {
        const auto target = TRY(resolved(wanted.target, input.tree));
        auto problem = [&](std::string message, bool error) {
            planned.problems.push_back({wanted.variable, std::move(message), error});
        };
        if (!target) {
            problem("the way to " + shown(wanted.target) + " leads over a link that is not root's",
                    true);
            continue;
        }
        if (!is_mount_target(*target)) {
            problem(shown(wanted.target) + " leads to " + shown(*target) +
                        ", which belongs to the system; nothing is mounted there",
                    true);
            continue;
        }
        const Mounted mount{wanted.tag, *target};
        const bool is_ours = std::find(ours.begin(), ours.end(), mount) != ours.end();
        if (is_ours) kept.push_back(mount);
        const auto* present = find_mount(mounts, *target);
        const bool is_replaced = std::any_of(ours.begin(), ours.end(), [&](const auto& old) {
            return old.target == *target && old != mount;
        });
        if (present != nullptr && !is_replaced) {
            if (present->type != kType || present->source != wanted.tag)
                problem(shown(*target) + " is a mount point already; left as it is", false);
            continue;
        }
        kept.push_back(mount);
        made.emplace_back(MakeDirectory{.path = *target, .mode = 0755, .owner = {}});
        made.emplace_back(Mount{wanted.tag, *target, std::string(kType)});
    }
    for (const auto& mount : ours) {
        if (std::find(kept.begin(), kept.end(), mount) != kept.end()) continue;
        if (wish.complete)
            changes.emplace_back(Unmount{mount.tag, mount.target, std::string(kType)});
        else
            kept.push_back(mount);
    }
    changes.emplace_back(WriteFile{.path = std::string(kRecord),
                                   .content = to_text(kept, boot_id_of(input.tree)),
                                   .mode = 0600,
                                   .owner = {}});
    changes.insert(changes.end(), made.begin(), made.end());
    return planned;
}

}  // namespace onectx
