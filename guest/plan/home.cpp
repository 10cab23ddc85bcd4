// See home.h.
#include "guest/plan/home.h"

#include "guest/plan/new_account.h"
#include "guest/plan/state_record.h"

namespace onectx {
namespace {

// The home that is being made: a run that was killed meanwhile is not taken for a user who wants no
// skeleton.
constexpr std::string_view kUnfinishedHome = "/var/lib/onectx/unfinished-home";

Result<std::vector<Change>> make_home(const Account& account, const Owner& owner, unsigned mode,
                                      const FileReader& tree)
{
    std::vector<Change> changes{MakeDirectory{.path = std::string(kStateDirectory), .mode = 0700},
                                WriteFile{.path = std::string(kUnfinishedHome),
                                          .content = account.home + "\n",
                                          .mode = 0600,
                                          .watched = false}};
    auto home = TRY(new_home(account.home, mode, owner, tree));
    std::move(home.begin(), home.end(), std::back_inserter(changes));
    changes.emplace_back(RemoveFile{.path = std::string(kUnfinishedHome)});
    return changes;
}

}  // namespace

Result<std::vector<Change>> plan_home(const HomeOrder& order, const FileReader& tree,
                                      std::vector<Problem>& problems)
{
    const auto& account = order.account;
    if (!is_usable_home(account.home)) return std::vector<Change>{};
    auto there = TRY(tree.status(account.home));
    auto unfinished = TRY(tree.read(kUnfinishedHome));
    if (!there || (unfinished && unfinished->content == account.home + "\n")) {
        const Owner present{std::to_string(account.uid), std::to_string(account.gid)};
        return make_home(account, order.new_owner.value_or(present), order.mode, tree);
    }
    if (order.new_owner && there->type == FileType::directory && there->uid != account.uid)
        problems.push_back({order.variable,
                            account.home + " is there already and belongs to uid " +
                                std::to_string(there->uid) + "; left as it is",
                            false});
    return std::vector<Change>{};
}

}  // namespace onectx
