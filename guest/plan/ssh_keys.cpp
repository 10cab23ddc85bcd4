// The keys of the context in the user's authorized_keys. Everything below the home is somebody
// else's ground: no link there is followed (reference 5.47), what exists keeps its mode and owner.
// The path is the default of sshd_config(5); AuthorizedKeysFile is not asked.
#include "guest/edit/authorized_keys.h"
#include "guest/plan/account_files.h"
#include "guest/plan/new_account.h"
#include "guest/plan/plan.h"

namespace onectx {
namespace {

// Where the keys of a user go, and whose they are.
struct Target {
    std::string home;
    Owner owner;
    bool home_exists = false;
};

// Absent for an account that is not there and that nobody is going to make.
Result<std::optional<Target>> find_target(const PlanInput& input)
{
    const auto& name = input.settings.user.name;
    Target target;
    if (auto account = TRY(find_account(input.tree, name)))
        target = {account->home, {std::to_string(account->uid), std::to_string(account->gid)}};
    else if (input.settings.wants_user && name != "root" && TRY(can_add_account(name, input.tree)))
        target = {home_of_new_account(name), {name, name}};
    else
        return std::nullopt;
    if (is_usable_home(target.home)) target.home_exists = TRY(input.tree.status(target.home))
    .has_value();
    return target;
}

}  // namespace

Result<PlannedStep> plan_ssh_keys(const PlanInput& input)
{
    PlannedStep planned{.step = {.name = "ssh-keys"}};
    const auto& user = input.settings.user;
    if (!is_on(input.policy.ssh_keys) || user.name.empty()) return planned;
    if (user.keys_given && user.ssh_keys.empty()) return planned;  // see UserWish::keys_given

    auto target = TRY(find_target(input));
    if (!target || !is_usable_home(target->home)) {
        if (!user.keys_given) return planned;
        return fail(target ? user.name + " has no home to put keys into"
                           : "there is no account " + user.name);
    }
    const auto& home = target->home;
    auto directory = home + "/.ssh";
    auto path = directory + "/authorized_keys";
    auto old = target->home_exists ? TRY(input.tree.read_below(home, path)) : std::nullopt;
    // With some keys unread, the block that is there may hold what they would have said.
    if (user.keep_keys && (user.ssh_keys.empty() || (old && !keys_in(old->content).empty())))
        return planned;
    auto text = with_keys(old ? std::string_view(old->content) : "", user.ssh_keys);
    if (text == (old ? old->content : "")) return planned;

    WriteFile file{.path = path,
                   .content = text,
                   .mode = 0600,
                   .owner = target->owner,
                   .anchor = home,
                   .part = keys_in};
    if (old) {
        file.mode = old->status.mode;
        file.owner = {std::to_string(old->status.uid), std::to_string(old->status.gid)};
    }
    auto& changes = planned.step.changes;
    // The users step, where there is one, has made the home by then, and filled it.
    if (!target->home_exists && !input.settings.wants_user)
        changes.emplace_back(MakeDirectory{home, 0700, target->owner, {}});
    changes.emplace_back(MakeDirectory{directory, 0700, target->owner, home});
    changes.emplace_back(std::move(file));
    return planned;
}

}  // namespace onectx
