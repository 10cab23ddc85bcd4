// The keys of the context in the files that sshd looks for them in. Everything below a home is
// somebody else's ground: no link there is followed (reference 5.47), what exists keeps its mode
// and owner, and a directory that is not the user's gets nothing.
#include "guest/edit/authorized_keys.h"

#include <algorithm>
#include <map>

#include "common/text.h"
#include "guest/model/problems.h"
#include "guest/plan/account_files.h"
#include "guest/plan/followed_status.h"
#include "guest/plan/ground.h"
#include "guest/plan/keys_record.h"
#include "guest/plan/login_defs.h"
#include "guest/plan/new_account.h"
#include "guest/plan/plan.h"
#include "guest/plan/sshd_config.h"
#include "guest/plan/state_record.h"
#include "guest/plan/user_accounts.h"

namespace onectx {
namespace {

constexpr std::string_view kLabel = "ssh_home_t";  // SELinux's type of what sshd may read in a home

// Whose keys they are.
struct Holder {
    Account account;
    std::string group = {};  // of one that is not there yet
    bool is_new = false;     // not there yet, so without a number
    bool home_exists = false;

    [[nodiscard]] Owner owner() const
    {
        if (is_new) return {account.name, group};
        return {std::to_string(account.uid), std::to_string(account.gid)};
    }
};

// A file of keys, and the directory below which no link is followed on the way to it; empty: root
// alone decides where the path leads.
struct KeysPlace {
    std::string path;
    std::string anchor;
};

struct KeysWish {
    std::vector<std::string> keys;
    bool exclusive = false;
    bool keep = false;  // some are not known: what is installed may be those
};

bool is_below(std::string_view path, std::string_view directory)
{
    return path.starts_with(directory) && path.substr(directory.size()).starts_with('/');
}

// The accounts as the users step is about to make them.
struct AccountsToBe {
    AccountFiles files;
    Result<void> user;  // whether that of USERNAME can be made
};

Result<AccountsToBe> accounts_to_be(const PlanInput& input)
{
    const auto& settings = input.settings;
    const auto& user = settings.user.name;
    AccountsToBe accounts
    {
        TRY(AccountFiles::read(input.tree))
        , {}
    };
    auto& files = accounts.files;
    const auto defs = TRY(read_login_defs(input.tree));
    if (settings.wants_user && user != "root" && !files.passwd.lines.contains(user)) {
        NewAccount account{.name = user, .shell = {}};
        if (const auto* wish = find_account_wish(settings, user)) {
            account.home = wish->home;
            account.uid = wish->uid;
        }
        accounts.user = add_account(files, account, defs, input.facts);
    }
    auto homes = TRY(Homes::read(input.tree));
    std::vector<Problem> said_elsewhere;
    if (!settings.accounts.empty())
        TRY(plan_user_accounts(files, homes, defs, input, said_elsewhere));
    return accounts;
}

// What a step is made of while it is planned.
struct Installation {
    const PlanInput& input;
    KeysRecord record;                       // of the files that a block of ours stands in
    std::map<std::string, KeysWish> wishes;  // by file
    std::optional<AccountsToBe> accounts;    // once somebody asked
    PlannedStep planned;
};

Result<Account> account_to_be(const std::string& name, Installation& all)
{
    if (!all.accounts) all.accounts = TRY(accounts_to_be(all.input));
    const auto& [files, user] = *all.accounts;
    if (name == all.input.settings.user.name && !user) return std::unexpected(user.error());
    auto account = TRY(find_account(files.passwd.lines, name));
    if (!account) return fail("there is no account " + name);
    return *account;
}

// Absent for an account that is not there and that nobody is going to make.
Result<std::optional<Holder>> find_holder(const std::string& name, Installation& all)
{
    Holder holder;
    const auto& input = all.input;
    const auto& settings = input.settings;
    const auto* wish = find_account_wish(settings, name);
    const bool is_of_context = settings.wants_user && name == settings.user.name;
    if (auto account = TRY(find_account(input.tree, name))) {
        holder.account = *account;
    } else if ((wish != nullptr || is_of_context) && name != "root" && is_on(input.policy.users) &&
               TRY(can_add_account(name, input.tree))) {
        auto account_made = TRY(account_to_be(name, all));
        holder = {std::move(account_made), is_of_context ? name : group_of(*wish), true};
    } else {
        return std::nullopt;
    }
    const auto& home = holder.account.home;
    if (is_usable_home(home)) holder.home_exists = TRY(input.tree.status(home))
    .has_value();
    return holder;
}

// Where sshd looks for the keys of the holder.
Result<std::string> path_for(const Holder& holder, const FileReader& tree)
{
    const auto& name = holder.account.name;
    auto pattern = TRY(authorized_keys_pattern(tree));
    if (pattern.empty()) return fail("sshd reads no file of keys (AuthorizedKeysFile none)");
    if (holder.is_new && pattern.find("%U") != std::string::npos)
        return fail("the number of " + name + " is not known yet; the next run installs the keys");
    bool needs_home = !pattern.starts_with('/') || pattern.find("%h") != std::string::npos;
    if (needs_home && !is_usable_home(holder.account.home))
        return fail(name + " has no home to put keys into");
    return expand_keys_path(pattern, holder.account);
}

// A home is its user's ground, also where it is not his yet.
Result<KeysPlace> place_of(const Holder& holder, const std::string& path, const FileReader& tree)
{
    const auto& home = holder.account.home;
    auto anchor = TRY(find_ground(path, tree));
    if (is_below(path, home) && (anchor.empty() || home.size() < anchor.size())) anchor = home;
    return KeysPlace{path, std::move(anchor)};
}

// The directories from one down to the file, and the file.
std::vector<std::string> steps_to(const std::string& path, const std::string& from)
{
    std::vector<std::string> steps{from};
    for (auto at = path.find('/', from.size() + 1); at != std::string::npos;
         at = path.find('/', at + 1))
        steps.push_back(path.substr(0, at));
    steps.push_back(path);
    return steps;
}

// What sshd's StrictModes refuses (sshd_config(5)). A place of another user's gets nothing: he
// could put what he likes there. One that others can write to is the user's own doing.
Result<void> check_ground(const Holder& holder, const KeysPlace& place, const PlanInput& input,
                          std::vector<Problem>& problems)
{
    if (place.anchor.empty()) return {};
    for (const auto& step : steps_to(place.path, place.anchor)) {
        // The anchor itself may be reached by a link; whose it leads to is asked then.
        auto status = step == place.anchor ? TRY(followed_status(step, input.tree))
                                           : TRY(input.tree.status(step));
                                           if (!status || status->type == FileType::symlink)
                                               break;  // who reads it says so
                                           bool is_foreign = status->uid != 0 &&
                                                             status->uid != holder.account.uid;
                                           if (input.facts.privileged && is_foreign)
                                               return fail(step + " belongs to uid " +
                                                           std::to_string(status->uid) +
                                                           ", not to " + holder.account.name +
                                                           "; no key is written there");
                                           // sshd looks no further up than the home.
                                           bool is_above_home =
                                               is_below(place.path, holder.account.home) &&
                                               step.size() < holder.account.home.size();
                                           if ((status->mode & 022U) != 0 && !is_above_home)
                                               problems.push_back(
                                                   {"",
                                                    "others can write to " + step +
                                                        ", so sshd does not take the keys in it "
                                                        "(StrictModes)",
                                                    false});
    }
    return {};
}

// The directories that the file needs; those that are there stay as they are.
std::vector<Change> directories_for(const Holder& holder, const KeysPlace& place,
                                    const PlanInput& input)
{
    std::vector<Change> changes;
    const auto& home = holder.account.home;
    const auto& [path, anchor] = place;
    if (!is_below(path, home)) {
        auto directory = path.substr(0, path.rfind('/'));
        if (directory != anchor)
            changes.emplace_back(MakeDirectory{std::move(directory), 0755, {}, anchor});
        return changes;
    }
    // The users step, where there is one for him, has made the home by then, and filled it.
    const auto& settings = input.settings;
    const auto* wish = find_account_wish(settings, holder.account.name);
    bool is_of_users_step = (settings.wants_user && holder.account.name == settings.user.name) ||
                            (wish != nullptr && wish->makes_home && holder.is_new);
    if (!holder.home_exists && !is_of_users_step)
        changes.emplace_back(MakeDirectory{home, 0700, holder.owner(), anchor == home ? "" : anchor,
                                           "user_home_dir_t"});
    auto steps = steps_to(path, home);
    for (std::size_t i = 1; i + 1 < steps.size(); ++i)
        changes.emplace_back(
            MakeDirectory{steps[i], 0700, holder.owner(), anchor, std::string(kLabel)});
    return changes;
}

WriteFile new_keys_file(const Holder& holder, const KeysPlace& place)
{
    WriteFile file{
        .path = place.path, .content = {}, .mode = 0600, .anchor = place.anchor, .part = keys_in};
    if (is_below(place.path, holder.account.home)) {
        file.owner = holder.owner();
        file.selinux_type = kLabel;
    } else {
        // A place that an administrator chose so that users cannot change it.
        file.mode = 0644;
    }
    return file;
}

Result<std::optional<FileText>> read_keys(const Holder& holder, const KeysPlace& place,
                                          const FileReader& tree)
{
    if (place.anchor.empty()) return tree.read(place.path);
    if (place.anchor == holder.account.home && !holder.home_exists) return std::nullopt;
    return tree.read_below(place.anchor, place.path);
}

// The file with our block as wished; whether one of ours stands in it then.
Result<bool> plan_file(const Holder& holder, const std::string& path, const KeysWish& wish,
                       const PlanInput& input, PlannedStep& planned)
{
    const auto place = TRY(place_of(holder, path, input.tree));
    if (!wish.keys.empty()) TRY(check_ground(holder, place, input, planned.problems));
    auto old = TRY(read_keys(holder, place, input.tree));
    auto present = old ? std::string_view(old->content) : "";
    // With some keys unread, the block that is there may hold what they would have said.
    bool is_ours = !keys_in(present).empty();
    if (wish.keep && (wish.keys.empty() || is_ours)) return is_ours;
    auto text = with_keys(wish.exclusive && !wish.keys.empty() ? "" : present, wish.keys);
    if (text == present && wish.keys.empty()) return is_ours;

    auto file = new_keys_file(holder, place);
    file.content = text;
    if (old) {
        file.mode = old->status.mode;
        file.owner = {std::to_string(old->status.uid), std::to_string(old->status.gid)};
    }
    auto& changes = planned.step.changes;
    auto directories = directories_for(holder, place, input);
    std::move(directories.begin(), directories.end(), std::back_inserter(changes));
    changes.emplace_back(std::move(file));
    return !wish.keys.empty();
}

void note_error(const std::string& variable, const Error& error, PlannedStep& planned)
{
    add_problem(planned.problems, {variable, error.message, true});
}

// Where sshd has one file for several users, it holds the keys of all of them: those that are
// planned for it already join these, and the change that was planned is the later one's to make.
void join(const std::string& path, KeysWish& wish, std::map<std::string, KeysWish>& wishes,
          Step& step)
{
    auto [entry, is_first] = wishes.emplace(path, wish);
    if (is_first) return;
    for (const auto& key : wish.keys)
        if (auto& keys = entry->second.keys; std::find(keys.begin(), keys.end(), key) == keys.end())
            keys.push_back(key);
    entry->second.keep = entry->second.keep || wish.keep;
    wish = entry->second;
    std::erase_if(step.changes, [&](const Change& change) {
        const auto* file = std::get_if<WriteFile>(&change);
        return file != nullptr && file->path == path;
    });
}

// Installs the keys of one user, and enters the file in the record.
Result<void> install(const std::string& name, KeysWish wish, Installation& all)
{
    const auto& input = all.input;
    auto holder = TRY(find_holder(name, all));
    if (!holder) {
        if (wish.keys.empty()) return {};
        return fail("there is no account " + name);
    }
    auto path = path_for(*holder, input.tree);
    if (!path && wish.keys.empty()) return {};
    if (!path) return std::unexpected(std::move(path).error());
    join(*path, wish, all.wishes, all.planned.step);
    if (TRY(plan_file(*holder, *path, wish, input, all.planned))) all.record.emplace(name, *path);
    return {};
}

// Takes our block out of a file that it stood in for an earlier context.
Result<void> take_away(const std::string& name, const std::string& path, Installation& all)
{
    if (all.wishes.contains(path)) return {};  // another's by now, who has said what is in it
    auto holder = TRY(find_holder(name, all));
    if (!holder || holder->is_new) return {};
    TRY(plan_file(*holder, path, {}, all.input, all.planned));
    return {};
}

Result<void> install_for_user(const KeysRecord& before, Installation& all)
{
    const auto& user = all.input.settings.user;
    if (user.keys_given && user.ssh_keys.empty()) {  // see UserWish::keys_given
        std::copy_if(before.begin(), before.end(), std::inserter(all.record, all.record.end()),
                     [&](const auto& entry) { return entry.first == user.name; });
        return {};
    }
    return install(user.name, {user.ssh_keys, user.exclusive_keys, user.keep_keys}, all);
}

Result<void> install_for_others(Installation& all)
{
    const auto& settings = all.input.settings;
    if (settings.other_keys.empty()) return {};
    auto passwd = TRY(all.input.tree.read("/etc/passwd"));
    AccountFile accounts(passwd ? std::string_view(passwd->content) : "");
    for (const auto& named : settings.other_keys) {
        auto account = find_named_account(accounts, named);
        auto installed =
            account
                ? install(account->name, {named.ssh_keys, settings.user.exclusive_keys, false}, all)
                : fail("there is no account of that name");
        if (!installed) note_error(named.variable, installed.error(), all.planned);
    }
    return {};
}

void install_for_accounts(Installation& all)
{
    for (const auto& account : all.input.settings.accounts.accounts) {
        if (account.ssh_keys.empty()) continue;
        auto installed = install(account.name, {account.ssh_keys}, all);
        if (!installed)
            note_error("USER_DATA", in_context(account.where, std::move(installed).error()),
                       all.planned);
    }
}

// The record before the keys, so that a run that is killed leaves none unknown, and after them.
void remember(const KeysRecord& before, const KeysRecord& after, Step& step)
{
    auto both = before;
    both.insert(after.begin(), after.end());
    std::vector<Change> first;
    if (both != before) {
        first.emplace_back(MakeDirectory{std::string(kStateDirectory), 0700, {}, {}});
        first.emplace_back(keys_record_file(both));
    }
    step.changes.insert(step.changes.begin(), first.begin(), first.end());
    if (after != both) step.record.emplace_back(keys_record_file(after));
}

}  // namespace

Result<PlannedStep> plan_ssh_keys(const PlanInput& input)
{
    Installation all{.input = input, .accounts = {}, .planned = {.step = {.name = "ssh-keys"}}};
    const auto& settings = input.settings;
    if (!is_on(input.policy.ssh_keys) || settings.user.name.empty()) return std::move(all.planned);

    auto before = TRY(read_keys_record(input.tree));
    if (auto done = install_for_user(before, all); !done) note_error("", done.error(), all.planned);
    TRY(install_for_others(all));
    install_for_accounts(all);
    for (const auto& [name, path] : before) {
        if (all.record.contains({name, path})) continue;
        if (settings.user.keep_keys || settings.keep_other_keys)
            all.record.emplace(name, path);
        else if (auto done = take_away(name, path, all); !done)
            note_error("", done.error(), all.planned);
    }
    remember(before, all.record, all.planned.step);
    return std::move(all.planned);
}

}  // namespace onectx
