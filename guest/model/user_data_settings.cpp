// See user_data_settings.h.
#include "guest/model/user_data_settings.h"

#include <algorithm>
#include <set>

#include "common/host_name.h"
#include "common/ssh_key.h"
#include "common/text.h"
#include "guest/model/user_settings.h"

namespace onectx {
namespace {

constexpr std::string_view kUserData = "USER_DATA";

// The older name of a variable counts as the variable.
std::string_view older_name(std::string_view variable)
{
    if (variable == "SET_HOSTNAME") return "HOSTNAME";
    if (variable == "USERNAME_SUDO") return "GRANT_SUDO";
    return "";
}

std::optional<std::string> said_by_context(const Context& given, std::string_view variable)
{
    for (const auto name : {variable, older_name(variable)}) {
        const auto text = trim(value_of(given, name).value_or(""));
        if (!text.empty()) return std::string(name);
    }
    return std::nullopt;
}

void add_keys(const std::vector<std::string>& more, std::vector<std::string>& keys)
{
    std::set<std::string> blobs;
    std::vector<Problem> none;
    const auto present = std::exchange(keys, {});
    for (const auto* list : {&present, &more})
        read_ssh_keys(kUserData, join(*list, "\n"), keys, blobs, none);
}

void note(std::string message, std::vector<Problem>& problems)
{
    problems.push_back({std::string(kUserData), std::move(message), false});
}

// What is said of the user of the context, by his name or as `user`.
void merge_into_user(AccountWish& account, Settings& settings)
{
    auto& user = settings.user;
    if (!account.ssh_keys.empty()) {
        add_keys(account.ssh_keys, user.ssh_keys);
        user.keys_given = true;
        account.ssh_keys.clear();
    }
    const bool has_password = account.password || account.first_password;
    if (has_password && (user.password || user.reset_password)) {
        note(account.where + ": the context's own password for " + user.name + " counts",
             settings.problems);
        account.password.reset();
        account.first_password.reset();
    }
    settings.wants_user = true;
}

void merge_named_keys(AccountWish& account, Settings& settings)
{
    const auto name = variable_name_of(account.name);
    for (const auto& named : settings.other_keys)
        if (named.user == name) add_keys(named.ssh_keys, account.ssh_keys);
    std::erase_if(settings.other_keys, [&](const NamedKeys& named) { return named.user == name; });
}

void take_accounts(AccountsWish accounts, const Policy& policy, Settings& settings)
{
    for (auto& account : accounts.accounts) {
        if (account.of_context && account.name.empty()) account.name = settings.user.name;
        account.of_context = account.name == settings.user.name;
        if (!is_on(policy.ssh_keys)) account.ssh_keys.clear();
        if (account.of_context)
            merge_into_user(account, settings);
        else
            merge_named_keys(account, settings);
        if (is_on(policy.passwords)) continue;
        account.password.reset();
        account.first_password.reset();
        account.locked = false;
    }
    if (!is_on(policy.passwords)) accounts.passwords.clear();
    for (auto& password : accounts.passwords)
        if (password.name.empty()) password.name = settings.user.name;
    const auto& user = settings.user;
    if (user.password || user.reset_password)
        std::erase_if(accounts.passwords, [&](const AccountPassword& password) {
            if (password.name != user.name) return false;
            note("the context's own password for " + user.name + " counts", settings.problems);
            return true;
        });
    settings.accounts = std::move(accounts);
}

}  // namespace

Context with_user_data(const Context& given, const CloudConfig& user_data, const Refusals& refusals,
                       std::vector<Problem>& problems)
{
    auto context = given;
    for (const auto& [name, variable] : user_data.variables) {
        if (refusals.names.contains(name)) continue;
        const auto present = said_by_context(given, name);
        if (!present) {
            context[name] = {variable.text, 0};
        } else if (variable.adds) {
            auto& text = context[*present].text;
            text += (text.ends_with('\n') ? "" : "\n") + variable.text;
        } else if (trim(given.at(*present).text) != trim(variable.text)) {
            note(variable.key + ": " + *present + " of the context says otherwise and counts",
                 problems);
        }
    }
    return context;
}

void take_host_name(const Context& given, const CloudConfig& user_data, Settings& settings)
{
    if (!settings.hostname || !user_data.hostname || !user_data.fqdn || user_data.prefer_fqdn)
        return;
    auto& wish = *settings.hostname;
    const auto full = clean_host_name(*user_data.fqdn);
    const auto name = clean_host_name(*user_data.hostname);
    const bool is_of_user_data = !said_by_context(given, "SET_HOSTNAME") && full &&
                                 full->host == wish.host && full->domain == wish.domain;
    if (!is_of_user_data || !name || is_localhost(name->host) || name->host == wish.host) return;
    wish.full = full_name(*full);
    wish.host = name->host;
    // A change of this name alone is one of the domain too.
    auto& said = settings.said["hostname"].text;
    said = Secret(said.reveal() + wish.host + '\0');
}

void take_user_data(const Context& given, CloudConfig user_data, const Policy& policy,
                    Settings& settings)
{
    settings.user_data = std::move(user_data.wishes);
    if (user_data.root_gets_no_keys == true && settings.user.name == "root")
        note("disable_root: root is the user of this context, and gets his keys",
             settings.problems);
    if (user_data.accounts.empty() || settings.user.name.empty()) return;
    take_accounts(std::move(user_data.accounts), policy, settings);
    // What it says of accounts is more than variables can say.
    for (const std::string_view domain : {"users", "ssh-keys"}) {
        auto& said = settings.said[std::string(domain)].text;
        auto text = said.reveal();
        for (const std::string_view name : {"USER_DATA", "USERDATA"})
            text.append(value_of(given, name).value_or("")) += '\0';
        said = Secret(std::move(text));
    }
}

std::vector<Secret> secrets_of(const AccountsWish& accounts)
{
    std::vector<Secret> secrets;
    auto add = [&](const std::optional<PasswordWish>& password) {
        if (password) secrets.push_back(password->text);
    };
    for (const auto& account : accounts.accounts) {
        add(account.first_password);
        add(account.password);
    }
    for (const auto& password : accounts.passwords)
        add(password.password);
    return secrets;
}

void name_user_data(const Context& given, const CloudConfig& user_data, std::size_t first,
                    std::vector<Problem>& problems)
{
    for (auto at = first; at < problems.size(); ++at) {
        auto& problem = problems[at];
        const auto found = user_data.variables.find(problem.variable);
        if (found == user_data.variables.end() || said_by_context(given, problem.variable))
            continue;
        problem.message = found->second.key + ": " + problem.message;
        problem.variable = kUserData;
    }
}

}  // namespace onectx
