// See prune.h.
#include "guest/plan/prune.h"

#include <algorithm>

#include "common/text.h"
#include "guest/plan/followed_status.h"
#include "guest/plan/ground.h"
#include "guest/plan/owners.h"

namespace onectx {
namespace {

constexpr std::string_view kConsoleBlankSeconds = "/sys/module/kernel/parameters/consoleblank";

// An owner that cannot be given is as right as it will be. A name that the tree does not know
// belongs to an account that a step of this very plan creates, so the file cannot be right yet.
bool is_owned_by(const FileStatus& status, const Owner& owner, const FileReader& tree,
                 const Facts& facts)
{
    if (!facts.privileged) return true;
    auto ids = find_owner(owner, tree);
    return ids && ids->uid == status.uid && ids->gid == status.gid;
}

bool is_so(const WriteFile& change, const FileReader& tree, const Facts& facts)
{
    auto file = read_as_written(change, tree);
    return file && *file && (*file)->content == change.content &&
           (*file)->status.mode == change.mode &&
           is_owned_by((*file)->status, change.owner, tree, facts);
}

bool is_so(const RemoveFile& change, const FileReader& tree)
{
    auto status = tree.status(change.path);
    return status && !*status;
}

bool is_so(const MakeDirectory& change, const FileReader& tree)
{
    auto status =
        change.anchor.empty() ? followed_status(change.path, tree) : tree.status(change.path);
    return status && *status && (*status)->type == FileType::directory;
}

bool is_so(const MakeSymlink& change, const FileReader& tree)
{
    auto target = tree.link_target(change.path);
    return target && *target == change.target;
}

bool holds(const FileReader& tree, const std::string& path, std::string_view value)
{
    auto file = tree.read(path);
    return file && *file && trim((*file)->content) == value;
}

bool is_due(const Run& run, const std::vector<Change>& changes)
{
    if (run.when.empty()) return !changes.empty();
    return std::any_of(changes.begin(), changes.end(), [&](const Change& change) {
        return std::find(run.when.begin(), run.when.end(), path_of(change)) != run.when.end();
    });
}

// What an earlier change of the step writes is there by the time it is to be removed.
bool is_written_before(const RemoveFile& change, const std::vector<Change>& changes)
{
    return std::any_of(changes.begin(), changes.end(), [&](const Change& other) {
        const auto* file = std::get_if<WriteFile>(&other);
        return file != nullptr && file->path == change.path;
    });
}

}  // namespace

Step prune(Step step, const FileReader& tree, const Facts& facts)
{
    auto already_so = Overload{
        [&](const WriteFile& change) { return is_so(change, tree, facts); },
        [&](const RemoveFile& change) {
            return is_so(change, tree) && !is_written_before(change, step.changes);
        },
        [&](const MakeDirectory& change) { return is_so(change, tree); },
        [&](const MakeSymlink& change) { return is_so(change, tree); },
        [](const Run&) { return false; },
        [&](const FetchFile&) { return facts.offline; },
        [&](const SetKernelHostname& change) {
            return facts.offline || facts.kernel_hostname == change.name;
        },
        [&](const SwapOn& change) {
            return facts.offline ||
                   std::any_of(facts.swaps.begin(), facts.swaps.end(), [&](const auto& swap) {
                       return swap.device == change.device && swap.active;
                   });
        },
        [&](const LinkChange& change) { return facts.offline || change.empty(); },
        [&](const SetKernelParameter& change) {
            return facts.offline || holds(tree, "/proc/sys/" + change.name, change.value);
        },
        // The seconds until it goes dark; a kernel without screens has no such parameter.
        [&](const KeepConsoleLit&) {
            auto seconds = tree.status(std::string(kConsoleBlankSeconds));
            return facts.offline || !seconds || !*seconds ||
                   holds(tree, std::string(kConsoleBlankSeconds), "0");
        },
        // Whether these are due was decided by their planner.
        [](const RunScript&) { return false; },
        [](const ReportReady&) { return false; },
        [&](const DhcpChange&) { return facts.offline; },
        // Planned only where facts and tree ask for them.
        [&](const GrowPartition&) { return facts.offline; },
        [&](const GrowFileSystem&) { return facts.offline; },
        [&](const Mount&) { return facts.offline; },
        [&](const Unmount&) { return facts.offline; },
    };
    std::vector<Change> due;
    for (auto& change : step.changes)
        if (!std::visit(already_so, change)) due.push_back(change);
    step.changes = std::move(due);
    std::erase_if(step.record,
                  [&](const Change& change) { return std::visit(already_so, change); });
    std::erase_if(step.activate, [&](const Run& run) { return !is_due(run, step.changes); });
    std::erase_if(step.prepare, [&](const Run& run) { return !is_due(run, step.changes); });
    return step;
}

Plan prune(Plan plan, const FileReader& tree, const Facts& facts)
{
    for (auto& step : plan.steps)
        step = prune(std::move(step), tree, facts);
    return plan;
}

}  // namespace onectx
