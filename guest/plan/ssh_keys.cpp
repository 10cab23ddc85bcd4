// The keys of the context in the files that sshd looks for them in. Everything below a home is
// somebody else's ground: no link there is followed (reference 5.47), what exists keeps its mode
// and owner, and a directory that is not the user's gets nothing.
#include "guest/edit/authorized_keys.h"

#include <algorithm>

#include "common/text.h"
#include "guest/plan/account_files.h"
#include "guest/plan/keys_record.h"
#include "guest/plan/new_account.h"
#include "guest/plan/plan.h"
#include "guest/plan/sshd_config.h"
#include "guest/plan/state_record.h"

namespace onectx {
namespace {

constexpr std::string_view kLabel = "ssh_home_t";  // SELinux's type of what sshd may read in a home

// Whose keys they are.
struct Holder {
    Account account;
    bool is_new = false;  // not there yet, so without a number
    bool home_exists = false;

    [[nodiscard]] Owner owner() const
    {
        if (is_new) return {account.name, account.name};
        return {std::to_string(account.uid), std::to_string(account.gid)};
    }
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

// Absent for an account that is not there and that nobody is going to make.
Result<std::optional<Holder>> find_holder(const std::string& name, const PlanInput& input)
{
    Holder holder;
    const auto& settings = input.settings;
    if (auto account = TRY(find_account(input.tree, name)))
        holder.account = *account;
    else if (settings.wants_user && name == settings.user.name && name != "root" &&
             TRY(can_add_account(name, input.tree)))
        holder = {{.name = name, .home = home_of_new_account(name)}, true};
    else
        return std::nullopt;
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

// The directories from the home down to the file, and the file.
std::vector<std::string> steps_to(const std::string& path, const std::string& home)
{
    std::vector<std::string> steps{home};
    for (auto at = path.find('/', home.size() + 1); at != std::string::npos;
         at = path.find('/', at + 1))
        steps.push_back(path.substr(0, at));
    steps.push_back(path);
    return steps;
}

// What sshd's StrictModes refuses (sshd_config(5)). A place of another user's gets nothing: he
// could put what he likes there. One that others can write to is the user's own doing.
Result<void> check_ground(const Holder& holder, const std::string& path, const PlanInput& input,
                          std::vector<Problem>& problems)
{
    if (holder.is_new || !holder.home_exists) return {};
    for (const auto& step : steps_to(path, holder.account.home)) {
        auto status = TRY(input.tree.status(step));
        if (!status || status->type == FileType::symlink) break;  // who reads it says so
        bool is_foreign = status->uid != 0 && status->uid != holder.account.uid;
        if (input.facts.privileged && is_foreign)
            return fail(step + " belongs to uid " + std::to_string(status->uid) + ", not to " +
                        holder.account.name + "; no key is written there");
        if ((status->mode & 022U) != 0)
            problems.push_back({"",
                                "others can write to " + step +
                                    ", so sshd does not take the keys in it (StrictModes)",
                                false});
    }
    return {};
}

// The directories that the file needs; those that are there stay as they are.
std::vector<Change> directories_for(const Holder& holder, const std::string& path,
                                    const PlanInput& input)
{
    std::vector<Change> changes;
    const auto& home = holder.account.home;
    if (!is_below(path, home)) {
        changes.emplace_back(MakeDirectory{path.substr(0, path.rfind('/')), 0755, {}, {}});
        return changes;
    }
    // The users step, where there is one for him, has made the home by then, and filled it.
    bool is_of_users_step =
        input.settings.wants_user && holder.account.name == input.settings.user.name;
    if (!holder.home_exists && !is_of_users_step)
        changes.emplace_back(MakeDirectory{home, 0700, holder.owner(), {}, "user_home_dir_t"});
    auto steps = steps_to(path, home);
    for (std::size_t i = 1; i + 1 < steps.size(); ++i)
        changes.emplace_back(
            MakeDirectory{steps[i], 0700, holder.owner(), home, std::string(kLabel)});
    return changes;
}

WriteFile new_keys_file(const Holder& holder, const std::string& path)
{
    WriteFile file{.path = path, .content = {}, .mode = 0600, .part = keys_in};
    if (is_below(path, holder.account.home)) {
        file.owner = holder.owner();
        file.anchor = holder.account.home;
        file.selinux_type = kLabel;
    } else {
        // A place that an administrator chose so that users cannot change it.
        file.mode = 0644;
    }
    return file;
}

Result<std::optional<FileText>> read_keys(const Holder& holder, const std::string& path,
                                          const FileReader& tree)
{
    if (!is_below(path, holder.account.home)) return tree.read(path);
    if (!holder.home_exists) return std::nullopt;
    return tree.read_below(holder.account.home, path);
}

// The file with our block as wished; whether one of ours stands in it then.
Result<bool> plan_file(const Holder& holder, const std::string& path, const KeysWish& wish,
                       const PlanInput& input, PlannedStep& planned)
{
    bool is_anchored = is_below(path, holder.account.home);
    if (is_anchored && !wish.keys.empty()) TRY(check_ground(holder, path, input, planned.problems));
    auto old = TRY(read_keys(holder, path, input.tree));
    auto present = old ? std::string_view(old->content) : "";
    // With some keys unread, the block that is there may hold what they would have said.
    bool is_ours = !keys_in(present).empty();
    if (wish.keep && (wish.keys.empty() || is_ours)) return is_ours;
    auto text = with_keys(wish.exclusive && !wish.keys.empty() ? "" : present, wish.keys);
    if (text == present && wish.keys.empty()) return is_ours;

    auto file = new_keys_file(holder, path);
    file.content = text;
    if (old) {
        file.mode = old->status.mode;
        file.owner = {std::to_string(old->status.uid), std::to_string(old->status.gid)};
    }
    auto& changes = planned.step.changes;
    auto directories = directories_for(holder, path, input);
    std::move(directories.begin(), directories.end(), std::back_inserter(changes));
    changes.emplace_back(std::move(file));
    return !wish.keys.empty();
}

void note_error(const std::string& variable, const Error& error, PlannedStep& planned)
{
    planned.problems.push_back({variable, error.message, true});
}

// Installs the keys of one user, and enters the file in the record.
Result<void> install(const std::string& name, const KeysWish& wish, const PlanInput& input,
                     KeysRecord& record, PlannedStep& planned)
{
    auto holder = TRY(find_holder(name, input));
    if (!holder) {
        if (wish.keys.empty()) return {};
        return fail("there is no account " + name);
    }
    auto path = path_for(*holder, input.tree);
    if (!path && wish.keys.empty()) return {};
    if (!path) return std::unexpected(std::move(path).error());
    if (TRY(plan_file(*holder, *path, wish, input, planned))) record.emplace(name, *path);
    return {};
}

// Takes our block out of a file that it stood in for an earlier context.
Result<void> take_away(const std::string& name, const std::string& path, const PlanInput& input,
                       PlannedStep& planned)
{
    auto holder = TRY(find_holder(name, input));
    if (!holder || holder->is_new) return {};
    TRY(plan_file(*holder, path, {}, input, planned));
    return {};
}

Result<void> install_for_user(const PlanInput& input, const KeysRecord& before, KeysRecord& record,
                              PlannedStep& planned)
{
    const auto& user = input.settings.user;
    if (user.keys_given && user.ssh_keys.empty()) {  // see UserWish::keys_given
        std::copy_if(before.begin(), before.end(), std::inserter(record, record.end()),
                     [&](const auto& entry) { return entry.first == user.name; });
        return {};
    }
    return install(user.name, {user.ssh_keys, user.exclusive_keys, user.keep_keys}, input, record,
                   planned);
}

Result<void> install_for_others(const PlanInput& input, KeysRecord& record, PlannedStep& planned)
{
    const auto& settings = input.settings;
    if (settings.other_keys.empty()) return {};
    auto passwd = TRY(input.tree.read("/etc/passwd"));
    AccountFile accounts(passwd ? std::string_view(passwd->content) : "");
    for (const auto& named : settings.other_keys) {
        auto account = find_named_account(accounts, named);
        auto installed =
            account ? install(account->name, {named.ssh_keys, settings.user.exclusive_keys, false},
                              input, record, planned)
                    : fail("there is no account of that name");
        if (!installed) note_error(named.variable, installed.error(), planned);
    }
    return {};
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
    PlannedStep planned{.step = {.name = "ssh-keys"}};
    const auto& settings = input.settings;
    if (!is_on(input.policy.ssh_keys) || settings.user.name.empty()) return planned;

    auto before = TRY(read_keys_record(input.tree));
    KeysRecord after;
    if (auto done = install_for_user(input, before, after, planned); !done)
        note_error("", done.error(), planned);
    TRY(install_for_others(input, after, planned));
    for (const auto& [name, path] : before) {
        if (after.contains({name, path})) continue;
        if (settings.user.keep_keys || settings.keep_other_keys)
            after.emplace(name, path);
        else if (auto done = take_away(name, path, input, planned); !done)
            note_error("", done.error(), planned);
    }
    remember(before, after, planned.step);
    return planned;
}

}  // namespace onectx
