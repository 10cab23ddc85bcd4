// See tree_after.h.
#include "guest/plan/tree_after.h"

namespace onectx {

void TreeAfter::take(const Change& change)
{
    const auto path = path_of(change);
    if (path.empty()) return;
    if (const auto* file = std::get_if<WriteFile>(&change))
        left_.insert_or_assign(path, Written{*file, ids_of(file->owner)});
    else if (std::holds_alternative<RemoveFile>(change))
        left_.insert_or_assign(path, std::nullopt);
    else
        left_.erase(path);
    const auto* directory = std::get_if<MakeDirectory>(&change);
    const auto owner = directory == nullptr ? std::nullopt : ids_of(directory->owner);
    if (owner)
        directories_.insert_or_assign(
            path, FileStatus{FileType::directory, directory->mode, owner->uid, owner->gid});
}

void TreeAfter::take(const Step& step)
{
    for (const auto& change : step.changes)
        take(change);
}

const WriteFile* TreeAfter::written(std::string_view path) const
{
    const auto found = left_.find(path);
    return found == left_.end() || !found->second ? nullptr : &found->second->file;
}

bool TreeAfter::is_removed(std::string_view path) const
{
    const auto found = left_.find(path);
    return found != left_.end() && !found->second;
}

// As they are when the change is made (see Owner): the changes before it may make the account, and
// it may itself write over the files that say so.
std::optional<OwnerIds> TreeAfter::ids_of(const Owner& owner) const
{
    const auto ids = find_owner(owner, *this);
    return ids ? std::optional(*ids) : std::nullopt;
}

// Absent, too, where nobody can say whose the file will be: then it is as it was.
std::optional<FileText> TreeAfter::text_of(std::string_view path) const
{
    const auto found = left_.find(path);
    if (found == left_.end() || !found->second || !found->second->owner) return std::nullopt;
    const auto& [file, owner] = *found->second;
    return FileText{file.content, {FileType::regular, file.mode, owner->uid, owner->gid}};
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
    return status || made == directories_.end() ? status : made->second;
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
