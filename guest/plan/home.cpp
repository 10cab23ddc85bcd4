// See home.h.
#include "guest/plan/home.h"

#include <algorithm>

#include "common/text.h"
#include "guest/plan/new_account.h"
#include "guest/plan/state_record.h"

namespace onectx {
namespace {

constexpr std::string_view kNote = "/var/lib/onectx/unfinished-homes";  // a path a line

}  // namespace

Result<Homes> Homes::read(const FileReader& tree)
{
    Homes homes(tree);
    const auto note = TRY(tree.read(kNote));
    if (!note) return homes;
    for (const auto line : split_lines(note->content))
        homes.owed_.emplace_back(line);
    return homes;
}

bool Homes::is_owed(std::string_view home) const
{
    return std::find(owed_.begin(), owed_.end(), home) != owed_.end();
}

Result<void> Homes::look(const std::string& home)
{
    if (!seen_.contains(home)) seen_.emplace(home, TRY(tree_->status(home)));
    return {};
}

Result<void> Homes::add(const HomeOrder& order, std::vector<Problem>& problems)
{
    const auto& account = order.account;
    const bool is_noted = std::find(noted_.begin(), noted_.end(), account.home) != noted_.end();
    if (!is_usable_home(account.home) || is_noted) return {};
    TRY(look(account.home));
    const auto& there = seen_.at(account.home);
    if (there && !is_owed(account.home)) {
        if (order.new_owner && there->type == FileType::directory && there->uid != account.uid)
            problems.push_back({order.variable,
                                account.home + " is there already and belongs to uid " +
                                    std::to_string(there->uid) + "; left as it is",
                                false});
        return {};
    }
    noted_.push_back(account.home);
    const Owner present{std::to_string(account.uid), std::to_string(account.gid)};
    auto home = new_home(account.home, order.mode, order.new_owner.value_or(present), *tree_);
    if (!home) {
        is_whole_ = false;
        return std::unexpected(std::move(home).error());
    }
    std::move(home->begin(), home->end(), std::back_inserter(changes_));
    return {};
}

std::vector<Change> Homes::note() const
{
    if (noted_.empty()) return {};
    std::string text;
    for (const auto& home : noted_)
        text += home + "\n";
    return {MakeDirectory{.path = std::string(kStateDirectory), .mode = 0700},
            WriteFile{.path = std::string(kNote),
                      .content = std::move(text),
                      .mode = 0600,
                      .watched = false}};
}

std::vector<Change> Homes::changes() const
{
    auto changes = changes_;
    const bool is_noted = !owed_.empty() || !noted_.empty();
    if (is_noted && is_whole_) changes.emplace_back(RemoveFile{.path = std::string(kNote)});
    return changes;
}

}  // namespace onectx
