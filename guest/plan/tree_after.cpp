// See tree_after.h.
#include "guest/plan/tree_after.h"

#include "guest/plan/owners.h"

namespace onectx {

void TreeAfter::take(const Change& change)
{
    const auto path = path_of(change);
    if (path.empty()) return;
    if (const auto* file = std::get_if<WriteFile>(&change))
        left_.insert_or_assign(path, *file);
    else if (std::holds_alternative<RemoveFile>(change))
        left_.insert_or_assign(path, std::nullopt);
    else
        left_.erase(path);
    if (const auto* directory = std::get_if<MakeDirectory>(&change))
        directories_.insert_or_assign(path, *directory);
}

void TreeAfter::take(const Step& step)
{
    for (const auto& change : step.changes)
        take(change);
}

const WriteFile* TreeAfter::written(std::string_view path) const
{
    const auto found = left_.find(path);
    return found == left_.end() || !found->second ? nullptr : &*found->second;
}

bool TreeAfter::is_removed(std::string_view path) const
{
    const auto found = left_.find(path);
    return found != left_.end() && !found->second;
}

// Absent, too, where the owner will be an account that no change here makes: then nobody can say
// whose the file will be, and it is as it was.
std::optional<FileText> TreeAfter::text_of(std::string_view path) const
{
    const auto* file = written(path);
    if (file == nullptr) return std::nullopt;
    const auto owner = find_owner(file->owner, *this);
    if (!owner) return std::nullopt;
    return FileText{file->content, {FileType::regular, file->mode, owner->uid, owner->gid}};
}

Result<std::optional<FileText>> TreeAfter::read(std::string_view path) const
{
    if (is_removed(path)) return std::nullopt;
    if (auto text = text_of(path)) return text;
    return before_.read(path);
}

Result<std::optional<FileText>> TreeAfter::read_below(std::string_view anchor,
                                                      std::string_view path) const
{
    if (is_removed(path)) return std::nullopt;
    if (auto text = text_of(path)) return text;
    return before_.read_below(anchor, path);
}

Result<std::optional<FileStatus>> TreeAfter::status(std::string_view path) const
{
    if (is_removed(path)) return std::nullopt;
    const auto status = TRY(before_.status(path));
    if (status && status->type != FileType::regular) return status;
    if (auto text = text_of(path)) return text->status;
    const auto made = directories_.find(path);
    if (status || made == directories_.end()) return status;
    const auto owner = find_owner(made->second.owner, *this);
    if (!owner) return status;
    return FileStatus{FileType::directory, made->second.mode, owner->uid, owner->gid};
}

Result<std::optional<std::string>> TreeAfter::link_target(std::string_view path) const
{
    if (is_removed(path)) return std::nullopt;
    return before_.link_target(path);
}

Result<std::vector<std::string>> TreeAfter::list(std::string_view path) const
{
    return before_.list(path);
}

PlanInput with_tree(const PlanInput& input, const FileReader& tree)
{
    return {input.settings, input.policy, input.facts,   tree,
            input.backend,  input.stage,  input.occasion};
}

}  // namespace onectx
