// See user_settings.h.
#include "guest/model/user_settings.h"

#include <algorithm>
#include <set>

#include "common/base64.h"
#include "common/crypt_hash.h"
#include "common/limits.h"
#include "common/ssh_key.h"
#include "common/text.h"
#include "common/user_name.h"
#include "guest/model/flag.h"
#include "guest/model/problems.h"

namespace onectx {
namespace {

struct PasswordForm {
    std::string_view variable;
    bool crypted;
    bool base64;
};

// The first that is set wins (reference 2.5).
constexpr PasswordForm kPasswordForms[] = {
    {"CRYPTED_PASSWORD_BASE64", true, true},
    {"PASSWORD_BASE64", false, true},
    {"CRYPTED_PASSWORD", true, false},
    {"PASSWORD", false, false},
};

// `echo password | base64` encodes the end of the line too; nobody means it.
void drop_line_end(std::string& text)
{
    while (text.ends_with('\n') || text.ends_with('\r'))
        text.pop_back();
}

// Absent with a problem when the value makes no sense: another form is then no substitute, it may
// hold an older password.
std::optional<PasswordWish> read_password(const PasswordForm& form, std::string_view value,
                                          std::vector<Problem>& problems)
{
    auto refuse = [&](std::string_view why) {
        problems.push_back(
            {std::string(form.variable), std::string(why) + "; the password stays as it is", true});
        return std::nullopt;
    };
    std::string text(value);
    if (form.base64) {
        auto decoded = decode_base64(text);
        if (!decoded) return refuse("is no base64");
        text = std::move(*decoded);
        drop_line_end(text);
        if (text.empty()) return refuse("holds nothing");
    }
    auto fault = std::string(password_fault(text, form.crypted));
    // What the template made of it, mostly.
    if (!fault.empty() && form.crypted)
        fault += " (CRYPTED_PASSWORD_BASE64 carries '$' unharmed through a template)";
    if (!fault.empty()) return refuse(fault);
    return PasswordWish{Secret(std::move(text)), form.crypted};
}

// The older router's form is base64 of a hash; the hash itself is taken too.
std::optional<PasswordWish> read_root_password(std::string_view text,
                                               std::vector<Problem>& problems)
{
    auto decoded = decode_base64(text).value_or("");
    drop_line_end(decoded);
    if (!decoded.empty() && is_crypt_hash(decoded)) return PasswordWish{Secret(decoded), true};
    if (is_crypt_hash(text)) return PasswordWish{Secret(text), true};
    problems.push_back({"ROOT_PASSWORD",
                        "is neither a hash of crypt(5) nor base64 of one; the password stays as it "
                        "is",
                        true});
    return std::nullopt;
}

constexpr std::string_view kOwnKeys = "_SSH_PUBLIC_KEY";

// Whom a variable gives keys to, besides the user of the context: "BOB" for BOB_SSH_PUBLIC_KEY.
std::optional<std::string_view> user_of_keys(std::string_view variable)
{
    if (variable == "ROOT_PUBKEY") return "ROOT";
    if (!variable.ends_with(kOwnKeys) || variable.size() == kOwnKeys.size()) return std::nullopt;
    return variable.substr(0, variable.size() - kOwnKeys.size());
}

// Keys that are installed stay when it is not known that they are unwanted.
void read_keys_of_user(const Context& context, const Refusals& refusals, UserWish& user,
                       std::vector<Problem>& problems)
{
    std::set<std::string> blobs;
    auto own = variable_name_of(user.name);
    auto is_his = [&](std::string_view variable) {
        return variable == "SSH_PUBLIC_KEY" || variable == "EC2_PUBLIC_KEY" ||
               variable == "SSH_KEY" || variable == "USER_PUBKEY" || user_of_keys(variable) == own;
    };
    user.keep_keys = std::any_of(refusals.names.begin(), refusals.names.end(), is_his);
    auto read = [&](std::string_view variable, std::string_view text) {
        if (trim(text).empty()) return;
        user.keys_given = true;
        read_ssh_keys(variable, text, user.ssh_keys, blobs, problems);
    };
    if (auto text = value_of(context, "SSH_PUBLIC_KEY")) read("SSH_PUBLIC_KEY", *text);
    for (const auto& [variable, value] : context)
        if (variable != "SSH_PUBLIC_KEY" && is_his(variable)) read(variable, value.text);
    if (!user.keys_given) user.keep_keys = refusals.any;
    if (user.keys_given && user.ssh_keys.empty())
        problems.push_back(
            {"SSH_PUBLIC_KEY", "no public key in it; installed keys stay as they are", true});
    user.exclusive_keys = read_flag(context, "SSH_PUBLIC_KEY_EXCLUSIVE", false, problems);
}

void read_keys_of_others(const Context& context, const Refusals& refusals, Settings& settings)
{
    auto own = variable_name_of(settings.user.name);
    settings.keep_other_keys = refusals.any;
    for (const auto& [variable, value] : context) {
        auto user = user_of_keys(variable);
        if (!user || *user == own || trim(value.text).empty()) continue;
        if (settings.other_keys.size() == kMaxListItems) {
            settings.keep_other_keys = true;
            add_problem(settings.problems, {variable,
                                            "keys for more than " + std::to_string(kMaxListItems) +
                                                " users; these and the rest are left out",
                                            true});
            return;
        }
        NamedKeys named{.variable = variable, .user = std::string(*user), .ssh_keys = {}};
        std::set<std::string> blobs;
        read_ssh_keys(variable, value.text, named.ssh_keys, blobs, settings.problems);
        if (named.ssh_keys.empty())
            settings.keep_other_keys = true;  // what it was to say is not known
        else
            settings.other_keys.push_back(std::move(named));
    }
}

std::string read_shell(const Context& context, std::vector<Problem>& problems)
{
    auto text = trim(value_of(context, "USERNAME_SHELL").value_or(""));
    if (text.empty()) return "";
    bool clean = std::all_of(text.begin(), text.end(),
                             [](char c) { return c > ' ' && c < 0x7F && c != ':'; });
    if (clean && text.starts_with('/') && text.size() <= kMaxFileNameBytes)
        return std::string(text);
    problems.push_back({"USERNAME_SHELL", shown(text) + " is no path of a shell; ignored", false});
    return "";
}

void read_password_settings(const Context& context, const Refusals& refusals, UserWish& user,
                            std::vector<Problem>& problems)
{
    for (const auto& form : kPasswordForms) {
        if (refusals.names.contains(form.variable)) {
            problems.push_back(
                {std::string(form.variable), "cannot be read; the password stays as it is", true});
            return;
        }
        auto value = value_of(context, form.variable);
        if (!value) continue;
        user.password = read_password(form, *value, problems);
        return;
    }
    user.reset_password = read_flag(context, "USERNAME_PASSWORD_RESET", false, problems);
}

}  // namespace

std::string_view password_fault(std::string_view text, bool crypted)
{
    if (crypted) return is_crypt_hash(text) ? "" : "is no hash of crypt(5)";
    if (text.size() > kMaxPasswordBytes) return "is longer than crypt(3) takes";
    if (text.find_first_of(std::string_view("\0\n\r", 3)) != std::string_view::npos)
        return "holds a line end or NUL";
    return "";
}

void read_ssh_keys(std::string_view variable, std::string_view text, std::vector<std::string>& keys,
                   std::set<std::string>& blobs, std::vector<Problem>& problems)
{
    std::size_t refused = 0;
    std::size_t first_refused = 0;
    std::size_t number = 0;
    for (auto raw : split_lines(text)) {
        ++number;
        auto line = trim(raw);
        if (line.empty() || line.starts_with('#')) continue;
        auto key = parse_ssh_key(line);
        if (!key || keys.size() == kMaxListItems) {
            if (refused++ == 0) first_refused = number;
            continue;
        }
        if (blobs.insert(key->blob).second) keys.emplace_back(line);
    }
    if (refused == 0) return;
    add_problem(problems, {std::string(variable),
                           "lines that are no public key, skipped: " + std::to_string(refused) +
                               ", the first is line " + std::to_string(first_refused),
                           false});
}

std::string variable_name_of(std::string_view user)
{
    std::string name;
    for (char c : user)
        name += is_alpha(c) || is_digit(c) ? to_upper(c) : '_';
    return name;
}

void read_user_settings(const Context& context, const Policy& policy, const Refusals& refusals,
                        Settings& settings)
{
    if (!is_on(policy.users) && !is_on(policy.ssh_keys)) return;
    auto& user = settings.user;
    auto& problems = settings.problems;

    auto name = trim(value_of(context, "USERNAME").value_or(""));
    if (refusals.names.contains("USERNAME") || (name.empty() && refusals.cut_off)) {
        // The default is root, and it may not be root that was meant.
        problems.push_back({"USERNAME", "cannot be read; password and keys are left out", true});
        user.name.clear();
        return;
    }
    if (!name.empty() && !is_user_name(name)) {
        // Falling back to root would give root the password and the keys of somebody else.
        problems.push_back({"USERNAME",
                            shown(name) + " is no name of a user; password and keys are left out",
                            true});
        user.name.clear();
        return;
    }
    if (!name.empty()) user.name = name;
    if (is_on(policy.ssh_keys)) {
        read_keys_of_user(context, refusals, user, problems);
        read_keys_of_others(context, refusals, settings);
    }
    if (!is_on(policy.users)) return;

    user.shell = read_shell(context, problems);
    auto sudo = value_of(context, "USERNAME_SUDO") ? "USERNAME_SUDO" : "GRANT_SUDO";
    user.sudo = read_flag(context, sudo, true, problems);
    user.keep_sudo =
        refusals.names.contains("USERNAME_SUDO") || refusals.names.contains("GRANT_SUDO");
    if (is_on(policy.passwords)) {
        read_password_settings(context, refusals, user, problems);
        auto root = value_of(context, "ROOT_PASSWORD");
        bool is_given = user.name == "root" && (user.password || user.reset_password);
        if (root && !is_given) settings.root_password = read_root_password(trim(*root), problems);
    }
    settings.wants_user =
        !name.empty() || user.password || user.reset_password || !user.ssh_keys.empty();
}

}  // namespace onectx
