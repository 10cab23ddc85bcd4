// The account of USERNAME: made when it is missing, its password set when the context's value is a
// new one, sudo given or taken. A password that the user changed stays (user-needs R-92): what
// counts is what was applied before, never what shadow(5) holds.
#include <algorithm>
#include <set>

#include "guest/plan/account_files.h"
#include "guest/plan/home.h"
#include "guest/plan/link_record.h"
#include "guest/plan/login_defs.h"
#include "guest/plan/new_account.h"
#include "guest/plan/password_hash.h"
#include "guest/plan/plan.h"
#include "guest/plan/state_record.h"
#include "guest/plan/user_accounts.h"

namespace onectx {
namespace {

constexpr std::string_view kSudoDirectory = "/etc/sudoers.d";
constexpr std::string_view kSudoFile = "/etc/sudoers.d/90-onectx";
constexpr std::size_t kPasswordField = 1;  // of passwd(5) and shadow(5)
constexpr std::size_t kChangedField = 2;   // of shadow(5)

// The password field that counts: of shadow(5), or of passwd(5) where shadow has no such line.
std::string password_field(const AccountFiles& files, std::string_view name)
{
    auto entry = files.shadow.lines.find(name);
    if (!entry) entry = files.passwd.lines.find(name);
    return entry && entry->size() > kPasswordField ? (*entry)[kPasswordField] : "";
}

void set_password_field(AccountFiles& files, const std::string& name, const std::string& field,
                        const Facts& facts)
{
    auto& shadow = files.shadow.lines;
    if (!shadow.contains(name)) shadow.add({name, "", "", "0", "99999", "7", "", "", ""});
    shadow.set(name, kPasswordField, field);
    shadow.set(name, kChangedField, day_of_change(facts));
    auto entry = files.passwd.lines.find(name);
    if (entry && (*entry)[kPasswordField] != "x") files.passwd.lines.set(name, kPasswordField, "x");
}

bool is_locked(std::string_view field)
{
    return field.starts_with('!') || field.starts_with('*');
}

// A password that an account is to have; absent: none at all, it is locked.
struct PasswordOrder {
    std::string account;
    std::optional<PasswordWish> password;
    bool expires = false;      // the next login has to choose another
    bool of_variable = false;  // without its account nothing can be done for anybody
};

// The order as the text whose digest is remembered.
Secret value_of_order(const PasswordOrder& order)
{
    if (!order.password) return Secret(std::string_view("reset"));
    std::string kind = order.password->crypted ? "crypted " : "plain ";
    return Secret(kind + order.password->text.reveal());
}

// Whether the account already has what is wished, for machines that remember nothing.
bool has_password(const PasswordOrder& order, std::string_view field)
{
    if (!order.password) return is_locked(field);
    if (order.password->crypted) return order.password->text.reveal() == field;
    return has_hash(order.password->text, field);
}

Result<Secret> new_password_field(const PasswordOrder& order, const PlanInput& input)
{
    if (!order.password) return Secret(std::string_view("*"));
    if (order.password->crypted) return order.password->text;
    auto method = TRY(find_hash_method(input.tree));
    return hash_password(order.password->text, method, input.facts.password_salt_bytes);
}

void add_orders_of_user_data(const Settings& settings, const std::set<std::string>& made,
                             std::vector<PasswordOrder>& orders)
{
    for (const auto& account : settings.accounts.accounts) {
        const bool is_new = made.contains(account.name);
        if (account.password)
            orders.push_back({account.name, account.password});
        else if (is_new && account.first_password)
            orders.push_back({account.name, account.first_password});
        else if (!is_new && account.locked)
            orders.push_back({account.name, std::nullopt});
    }
    for (const auto& password : settings.accounts.passwords)
        orders.push_back({password.name, password.password, password.expires});
}

std::vector<PasswordOrder> password_orders(const Settings& settings,
                                           const std::set<std::string>& made)
{
    std::vector<PasswordOrder> orders;
    const auto& user = settings.user;
    if (user.reset_password || user.password)
        orders.push_back({user.name, user.password, false, true});
    if (settings.root_password) orders.push_back({"root", settings.root_password, false, true});
    add_orders_of_user_data(settings, made, orders);
    return orders;
}

// Whether the rule asks for the value once more, though it is the one that was applied last.
bool is_due_again(const StateRecord& record, const std::string& instance, const std::string& boot,
                  const PlanInput& input)
{
    switch (input.policy.passwords) {
        case Rule::every_boot: return !record.is_last(boot, boot_id_of(input.tree));
        case Rule::first_boot: return !record.is_last(instance, input.settings.vmid);
        case Rule::off:
        case Rule::on_change:
        case Rule::enforce: break;
    }
    return false;
}

// Sets the password in the files when the context's value is a new one, or the account is, or
// guest.conf's rule says so.
Result<void> set_password(const PasswordOrder& order, AccountFiles& files, bool is_new,
                          StateRecord& record, const PlanInput& input)
{
    const auto& name = order.account;
    auto value = value_of_order(order);
    auto rule = input.policy.passwords;
    auto instance = "instance of " + name;
    auto boot = "boot of " + name;
    bool is_over = rule == Rule::first_boot && record.is_last(instance, input.settings.vmid);
    bool is_known = record.is_last(name, value.reveal());
    if (!is_new && (is_over || (is_known && !is_due_again(record, instance, boot, input))))
        return {};
    bool is_news = record.knows(name) && !is_known;
    if (is_news || !has_password(order, password_field(files, name))) {
        auto field = TRY(new_password_field(order, input));
        set_password_field(files, name, field.reveal(), input.facts);
        // shadow(5): day 0 is what makes login(1) ask for a new one.
        if (order.expires) files.shadow.lines.set(name, kChangedField, "0");
    }
    record.set(name, value.reveal());
    if (rule == Rule::first_boot) record.set(instance, input.settings.vmid);
    if (rule == Rule::every_boot) record.set(boot, boot_id_of(input.tree));
    return {};
}

// All passwords, and the changes that remember them.
Result<std::vector<Change>> plan_passwords(AccountFiles& files, const std::set<std::string>& made,
                                           const PlanInput& input, std::vector<Problem>& problems)
{
    auto orders = password_orders(input.settings, made);
    if (orders.empty()) return std::vector<Change>{};
    auto record = TRY(StateRecord::read("passwords", input.tree, input.facts));
    for (const auto& order : orders) {
        const bool is_there = files.passwd.lines.contains(order.account);
        if (!is_there && order.of_variable) return fail("/etc/passwd has no " + order.account);
        if (is_there)
            TRY(set_password(order, files, made.contains(order.account), record, input));
        else
            problems.push_back(
                {"USER_DATA", "there is no account " + order.account + " for a password", true});
    }
    return record.changes();
}

// sshd refuses every login of an account whose password field is a bare '!', keys included
// (https://github.com/OpenNebula/addon-context-linux/issues/113). '*' allows keys and no password.
// A lock in front of a hash is somebody's decision and stays.
void open_for_keys(AccountFiles& files, const std::string& name)
{
    auto field = password_field(files, name);
    if (field != "!" && field != "!!") return;
    auto& file = files.shadow.lines.contains(name) ? files.shadow : files.passwd;
    file.lines.set(name, kPasswordField, "*");
}

void open_all_for_keys(AccountFiles& files, const Settings& settings)
{
    if (!settings.user.ssh_keys.empty()) open_for_keys(files, settings.user.name);
    for (const auto& named : settings.other_keys)
        if (auto account = find_named_account(files.passwd.lines, named))
            open_for_keys(files, account->name);
    for (const auto& account : settings.accounts.accounts)
        if (!account.ssh_keys.empty()) open_for_keys(files, account.name);
}

// A number that the system keeps for itself, root's apart.
bool is_of_system(const Account& account, const LoginDefs& defs)
{
    return account.uid != 0 && account.uid < defs.uids.first;
}

// `of_system`: whoever breaks into a service must not find it able to become root.
Result<std::optional<Change>> plan_sudo(const UserWish& user, bool of_system,
                                        const FileReader& tree)
{
    if (user.keep_sudo || !TRY(tree.status(kSudoDirectory))) return std::nullopt;
    if (user.name == "root" || of_system || !user.sudo) return RemoveFile{std::string(kSudoFile)};
    return WriteFile{.path = std::string(kSudoFile),
                     .content = "# From USERNAME of the OpenNebula context.\n" + user.name +
                                " ALL=(ALL) NOPASSWD:ALL\n",
                     .mode = 0440};
}

// The account as it is, or as it is going to be after it was added to the files.
Result<Account> ensure_account(AccountFiles& files, const LoginDefs& defs, const PlanInput& input,
                               std::vector<Problem>& problems)
{
    const auto& user = input.settings.user;
    if (!files.passwd.lines.contains(user.name)) {
        if (user.name == "root") return fail("/etc/passwd has no root");
        NewAccount account{.name = user.name, .shell = {}};
        account.shell = TRY(choose_shell(user.shell, "USERNAME_SHELL", input.tree, problems));
        if (const auto* wish = find_account_wish(input.settings, user.name)) {
            account.gecos = wish->gecos;
            account.home = wish->home;
            account.uid = wish->uid;
        }
        TRY(add_account(files, account, defs, input.facts));
    }
    auto account = TRY(find_account(files.passwd.lines, user.name));
    if (!account) return fail("/etc/passwd has no " + user.name);
    if (is_of_system(*account, defs))
        problems.push_back({"USERNAME",
                            user.name + " is an account of the system itself" +
                                (user.sudo ? ", which gets no sudo" : ""),
                            false});
    return *account;
}

}  // namespace

namespace {

// The user of the context: his account, home and sudo. True when the account is a new one.
Result<bool> plan_user(AccountFiles& files, Homes& homes, std::vector<Change>& sudo_rules,
                       const PlanInput& input, std::vector<Problem>& problems)
{
    const auto& user = input.settings.user;
    auto defs = TRY(read_login_defs(input.tree));
    bool is_new = !files.passwd.lines.contains(user.name);
    auto account = TRY(ensure_account(files, defs, input, problems));
    TRY(homes.add(
        {.account = account,
         .new_owner = is_new ? std::optional(Owner{account.name, account.name}) : std::nullopt,
         .mode = defs.home_mode,
         .variable = "USERNAME"},
        problems));
    if (auto sudo = TRY(plan_sudo(user, is_of_system(account, defs), input.tree)))
        sudo_rules.push_back(*sudo);
    return is_new;
}

}  // namespace

Result<PlannedStep> plan_users(const PlanInput& input)
{
    PlannedStep planned{.step = {.name = "users", .accounts = true}};
    const auto& settings = input.settings;
    if (!is_on(input.policy.users) || settings.user.name.empty()) return planned;
    if (!settings.wants_user && !settings.root_password && settings.other_keys.empty() &&
        settings.accounts.empty())
        return planned;
    auto append = [&](std::vector<Change> more) {
        std::move(more.begin(), more.end(), std::back_inserter(planned.step.changes));
    };

    auto files = TRY(AccountFiles::read(input.tree));
    auto homes = TRY(Homes::read(input.tree));
    std::vector<Change> sudo_rules;
    bool is_new =
        settings.wants_user && TRY(plan_user(files, homes, sudo_rules, input, planned.problems));
    UserAccounts others;
    if (!settings.accounts.empty()) {
        const auto defs = TRY(read_login_defs(input.tree));
        others = TRY(plan_user_accounts(files, homes, defs, input, planned.problems));
    }
    if (is_new) others.made.insert(settings.user.name);
    auto remember = TRY(plan_passwords(files, others.made, input, planned.problems));
    open_all_for_keys(files, settings);

    append(homes.note());
    append(files.changes());
    append(std::move(remember));
    append(homes.changes());
    append(std::move(sudo_rules));
    append(std::move(others.sudo_rules));
    return planned;
}

}  // namespace onectx
