// See prune.h.
#include "guest/plan/prune.h"

#include <algorithm>

namespace onectx {
namespace {

bool is_owned_by(const FileStatus& status, const Owner& owner)
{
    // A name belongs to an account that a step of this very plan creates, so the file cannot be
    // right yet.
    return owner.user == std::to_string(status.uid) && owner.group == std::to_string(status.gid);
}

bool is_so(const WriteFile& change, const FileReader& tree)
{
    auto file = change.anchor.empty() ? tree.read(change.path)
                                      : tree.read_below(change.anchor, change.path);
    return file && *file && (*file)->content == change.content &&
           (*file)->status.mode == change.mode && is_owned_by((*file)->status, change.owner);
}

bool is_so(const RemoveFile& change, const FileReader& tree)
{
    auto status = tree.status(change.path);
    return status && !*status;
}

bool is_so(const MakeDirectory& change, const FileReader& tree)
{
    auto status = tree.status(change.path);
    return status && *status && (*status)->type == FileType::directory;
}

}  // namespace

Step prune(Step step, const FileReader& tree, const Facts& facts)
{
    auto already_so = Overload{
        [&](const WriteFile& change) { return is_so(change, tree); },
        [&](const RemoveFile& change) { return is_so(change, tree); },
        [&](const MakeDirectory& change) { return is_so(change, tree); },
        [](const Run&) { return false; },
        [&](const SetKernelHostname& change) {
            return facts.offline || facts.kernel_hostname == change.name;
        },
        [&](const SwapOn& change) {
            return facts.offline ||
                   std::any_of(facts.swaps.begin(), facts.swaps.end(), [&](const auto& swap) {
                       return swap.device == change.device && swap.active;
                   });
        },
    };
    std::erase_if(step.changes,
                  [&](const Change& change) { return std::visit(already_so, change); });
    if (step.changes.empty()) step.activate.clear();
    return step;
}

Plan prune(Plan plan, const FileReader& tree, const Facts& facts)
{
    for (auto& step : plan.steps)
        step = prune(std::move(step), tree, facts);
    return plan;
}

}  // namespace onectx
