// See user_accounts.h.
#include "guest/plan/user_accounts.h"

#include <algorithm>

#include "guest/plan/new_account.h"

namespace onectx {
namespace {

constexpr std::string_view kSudoDirectory = "/etc/sudoers.d";
constexpr std::string_view kSudoFile = "/etc/sudoers.d/91-onectx-user-data";
constexpr std::string_view kVariable = "USER_DATA";

std::string home_of(const AccountWish& wish)
{
    return wish.home.empty() ? home_of_new_account(wish.name) : wish.home;
}

class AccountPlanner {
  public:
    AccountPlanner(AccountFiles& files, Homes& homes, const LoginDefs& defs, const PlanInput& input,
                   std::vector<Problem>& problems)
        : files_(files), homes_(homes), defs_(defs), input_(input), problems_(problems)
    {
    }

    Result<UserAccounts> plan()
    {
        const auto& wishes = input_.settings.accounts;
        for (const auto& group : wishes.groups)
            report("groups", ensure_group(files_, group.name, defs_));
        for (const auto& account : wishes.accounts)
            report(account.where, plan_account(account));
        // Members may be accounts that were only just made.
        for (const auto& group : wishes.groups)
            for (const auto& member : group.members)
                report("groups", join_group(group.name, member));
        if (!wishes.accounts.empty()) TRY(plan_sudo());
        return std::move(planned_);
    }

  private:
    void report(const std::string& where, Result<void> done)
    {
        if (!done)
            problems_.push_back(
                {std::string(kVariable), where + ": " + done.error().message, true});
    }

    Result<void> join_group(const std::string& group, const std::string& member)
    {
        if (!files_.passwd.lines.contains(member)) return fail("there is no account " + member);
        add_member(files_, group, member);
        return {};
    }

    Result<NewAccount> new_account(const AccountWish& wish)
    {
        auto shell = TRY(choose_shell(wish.shell, std::string(kVariable), input_.tree, problems_));
        NewAccount account{.name = wish.name,
                           .shell = std::move(shell),
                           .gecos = wish.gecos,
                           .home = wish.home,
                           .uid = wish.uid,
                           .of_system = wish.of_system,
                           .inactive = wish.inactive,
                           .expires = wish.expires};
        if (const auto group = group_of(wish); group != wish.name) {
            TRY(ensure_group(files_, group, defs_));
            account.group = group;
        }
        return account;
    }

    Result<void> plan_account(const AccountWish& wish)
    {
        const bool is_new = !files_.passwd.lines.contains(wish.name);
        if (is_new) {
            // Where this is not known, there is no account either: the next run makes both.
            if (wish.makes_home) TRY(homes_.look(home_of(wish)));
            const auto account = TRY(new_account(wish));
            TRY(add_account(files_, account, defs_, input_.facts));
            planned_.made.insert(wish.name);
        }
        for (const auto& group : wish.groups) {
            TRY(ensure_group(files_, group, defs_));
            add_member(files_, group, wish.name);
        }
        auto account = TRY(find_account(files_.passwd.lines, wish.name));
        if (!account || !wish.makes_home || !(is_new || homes_.is_owed(account->home))) return {};
        return homes_.add({.account = *account,
                           .new_owner = Owner{wish.name, group_of(wish)},
                           .mode = defs_.home_mode,
                           .variable = std::string(kVariable)},
                          problems_);
    }

    Result<void> plan_sudo()
    {
        if (!TRY(input_.tree.status(kSudoDirectory))) return {};
        const std::string head = "# From the user data of the OpenNebula context.\n";
        auto text = head;
        for (const auto& account : input_.settings.accounts.accounts)
            for (const auto& rule : account.sudo)
                text += account.name + " " + rule + "\n";
        if (text == head)
            planned_.sudo_rules.emplace_back(RemoveFile{std::string(kSudoFile)});
        else
            planned_.sudo_rules.emplace_back(WriteFile{
                .path = std::string(kSudoFile), .content = std::move(text), .mode = 0440});
        return {};
    }

    AccountFiles& files_;
    Homes& homes_;
    const LoginDefs& defs_;
    const PlanInput& input_;
    std::vector<Problem>& problems_;
    UserAccounts planned_;
};

}  // namespace

const AccountWish* find_account_wish(const Settings& settings, const std::string& name)
{
    const auto& wishes = settings.accounts.accounts;
    const auto found = std::find_if(wishes.begin(), wishes.end(),
                                    [&](const AccountWish& wish) { return wish.name == name; });
    return found == wishes.end() ? nullptr : &*found;
}

std::string group_of(const AccountWish& wish)
{
    if (!wish.primary_group.empty()) return wish.primary_group;
    return wish.own_group ? wish.name : "users";
}

Result<UserAccounts> plan_user_accounts(AccountFiles& files, Homes& homes, const LoginDefs& defs,
                                        const PlanInput& input, std::vector<Problem>& problems)
{
    return AccountPlanner(files, homes, defs, input, problems).plan();
}

}  // namespace onectx
