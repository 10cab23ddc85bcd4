// See cloud_user_entry.h.
#include "guest/user_data/cloud_user_entry.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "common/mount_point.h"
#include "common/ssh_key.h"
#include "common/text.h"
#include "common/user_name.h"

namespace onectx {
namespace {

// What an entry of users may say; with what we do not do about it.
struct UserKey {
    std::string_view name;
    std::string_view refusal = {};
};

constexpr std::string_view kNotSupported = "is not supported";
constexpr std::string_view kFetchesKeys =
    "is not supported: nothing vouches for keys that are fetched";

constexpr std::array<UserKey, 25> kUserKeys{{{"create_groups"},
                                             {"doas", kNotSupported},
                                             {"expiredate"},
                                             {"gecos"},
                                             {"groups"},
                                             {"hashed_passwd"},
                                             {"homedir"},
                                             {"inactive"},
                                             {"lock_passwd"},
                                             {"name"},
                                             {"no_create_home"},
                                             {"no_log_init"},
                                             {"no_user_group"},
                                             {"passwd"},
                                             {"plain_text_passwd"},
                                             {"primary_group"},
                                             {"selinux_user", kNotSupported},
                                             {"shell"},
                                             {"snapuser", kNotSupported},
                                             {"ssh_authorized_keys"},
                                             {"ssh_import_id", kFetchesKeys},
                                             {"ssh_redirect_user", kNotSupported},
                                             {"sudo"},
                                             {"system"},
                                             {"uid"}}};

// A text as one field of passwd(5).
bool is_field(std::string_view text)
{
    return text == printable(text) && text.find(':') == std::string_view::npos;
}

// "2032-09-01" as a day of shadow(5).
std::optional<std::uint32_t> day_of(std::string_view text)
{
    const auto parts = split(text, '-');
    if (parts.size() != 3) return std::nullopt;
    const auto year = parse_number(parts[0], 1970, 9999);
    const auto month = parse_number(parts[1], 1, 12);
    const auto day = parse_number(parts[2], 1, 31);
    if (!year || !month || !day) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                           std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok()) return std::nullopt;
    return static_cast<std::uint32_t>(std::chrono::sys_days(date).time_since_epoch().count());
}

// Reads one entry. A value that makes no sense is left out, with a complaint; a name that makes
// none leaves out the whole.
class UserEntry {
  public:
    UserEntry(const YamlNode& node, std::string where, NodeReader& reader)
        : node_(node), where_(std::move(where)), reader_(reader)
    {
        account_.where = reader.place(node.at, where_);
    }

    std::optional<AccountWish> read(bool needs_name)
    {
        check_keys();
        if (!read_name(needs_name)) return std::nullopt;
        account_.gecos = field("gecos");
        read_shell();
        read_home();
        read_numbers();
        account_.of_system = flag("system");
        account_.own_group = !flag("no_user_group");
        account_.makes_home = !flag("no_create_home") && !account_.of_system;
        account_.primary_group = group_name("primary_group");
        read_groups_of_user();
        read_sudo();
        read_passwords();
        read_keys();
        return std::move(account_);
    }

  private:
    [[nodiscard]] std::string what(std::string_view key) const
    {
        return where_ + "." + std::string(key);
    }

    void complain(const YamlNode& at, std::string_view key, std::string_view message,
                  bool error = true)
    {
        reader_.complain(at.at, what(key), message, error);
    }

    // The value of a key, with '-' in its name or '_'; null when there is none.
    [[nodiscard]] const YamlNode* find(std::string_view key) const
    {
        for (std::size_t i = 0; i < node_.keys.size(); ++i)
            if (key_name(node_.keys[i].text) == key && !is_null(node_.items[i]))
                return &node_.items[i];
        return nullptr;
    }

    void check_keys()
    {
        for (const auto& key : node_.keys) {
            const auto name = key_name(key.text);
            const auto* known = std::find_if(kUserKeys.begin(), kUserKeys.end(),
                                             [&](const UserKey& one) { return one.name == name; });
            if (known == kUserKeys.end())
                reader_.complain(key.at, where_, shown(key.text) + " is no key of a user", false);
            else if (!known->refusal.empty())
                reader_.complain(key.at, what(name), known->refusal, false);
        }
    }

    bool flag(std::string_view key)
    {
        const auto* node = find(key);
        return node != nullptr && reader_.boolean(*node, what(key)).value_or(false);
    }

    std::string field(std::string_view key)
    {
        const auto* node = find(key);
        if (node == nullptr) return "";
        auto text = reader_.text(*node, what(key)).value_or("");
        if (is_field(text)) return text;
        complain(*node, key, "cannot stand in /etc/passwd; it is left out");
        return "";
    }

    bool read_name(bool needed)
    {
        const auto* node = find("name");
        if (node == nullptr) {
            if (needed) reader_.complain(node_.at, where_, "has no name; it is left out");
            return !needed;
        }
        account_.name = node->text;
        if (node->kind == YamlNode::Kind::scalar && is_user_name(account_.name)) return true;
        complain(*node, "name", shown(account_.name) + " is no name of a user; he is left out");
        return false;
    }

    void read_shell()
    {
        auto shell = field("shell");
        if (shell.empty() || clean_path(shell) == shell)
            account_.shell = std::move(shell);
        else
            complain(*find("shell"), "shell", shown(shell) + " is no path of a shell");
    }

    void read_home()
    {
        const auto home = field("homedir");
        if (home.empty()) return;
        account_.home = clean_path(home);
        if (!account_.home.empty() && account_.home != "/") return;
        account_.home.clear();
        complain(*find("homedir"), "homedir", shown(home) + " is no path of a home");
    }

    std::optional<std::uint32_t> number(std::string_view key, std::uint64_t minimum,
                                        std::string_view expected)
    {
        constexpr std::uint64_t kLastId = 0xFFFFFFFD;  // behind it are those that stand for none
        const auto* node = find(key);
        if (node == nullptr) return std::nullopt;
        const auto value = parse_number(trim(node->text), minimum, kLastId);
        if (!value) complain(*node, key, std::string("must be ").append(expected));
        return value ? std::optional(static_cast<std::uint32_t>(*value)) : std::nullopt;
    }

    void read_numbers()
    {
        account_.uid = number("uid", 1, "a number");
        account_.inactive = number("inactive", 0, "a number of days");
        const auto* date = find("expiredate");
        if (date == nullptr) return;
        account_.expires = day_of(trim(date->text));
        if (!account_.expires) complain(*date, "expiredate", "must be a date, YYYY-MM-DD");
    }

    std::string group_name(std::string_view key)
    {
        const auto* node = find(key);
        if (node == nullptr) return "";
        if (node->kind == YamlNode::Kind::scalar && is_user_name(node->text)) return node->text;
        complain(*node, key, shown(node->text) + " is no name of a group");
        return "";
    }

    void read_groups_of_user()
    {
        const auto* node = find("groups");
        if (node == nullptr) return;
        std::vector<std::string> names;
        if (node->kind == YamlNode::Kind::mapping)  // as it was written long ago
            for (const auto& key : node->keys)
                names.push_back(key.text);
        else
            names = reader_.texts(*node, what("groups"), true);
        for (auto& name : names) {
            name = trim(name);
            if (!is_user_name(name))
                complain(*node, "groups", shown(name) + " is no name of a group");
            else
                account_.groups.push_back(std::move(name));
        }
    }

    void read_sudo()
    {
        const auto* node = find("sudo");
        if (node == nullptr) return;
        if (node->kind == YamlNode::Kind::scalar && boolean_of(*node) == false) return;
        for (auto& rule : reader_.texts(*node, what("sudo"))) {
            const bool is_line = rule == printable(rule) && !rule.ends_with('\\');
            if (is_line && rule.find('=') != std::string::npos)
                account_.sudo.push_back(std::move(rule));
            else
                complain(*node, "sudo", "must be rules of sudoers(5), as in ALL=(ALL) ALL");
        }
    }

    std::optional<PasswordWish> password(std::string_view key, bool crypted)
    {
        const auto* node = find(key);
        if (node == nullptr) return std::nullopt;
        const auto fault = node->kind == YamlNode::Kind::scalar
                               ? password_fault(node->text, crypted)
                               : "must be a text";
        if (fault.empty()) return PasswordWish{Secret(std::string_view(node->text)), crypted};
        complain(*node, key, fault);
        return std::nullopt;
    }

    void read_passwords()
    {
        account_.first_password = password("passwd", true);
        account_.password = password("hashed_passwd", true);
        if (!account_.password) account_.password = password("plain_text_passwd", false);
        const auto* lock = find("lock_passwd");
        const auto is_locked =
            lock == nullptr || reader_.boolean(*lock, what("lock_passwd")).value_or(true);
        if (!is_locked) return;
        account_.locked = lock != nullptr;
        if (!account_.password && !account_.first_password) return;
        account_.password.reset();
        account_.first_password.reset();
        reader_.complain(node_.at, where_,
                         "has a password that is locked, as lock_passwd is not false; it is left "
                         "out",
                         false);
    }

    void read_keys()
    {
        const auto* node = find("ssh_authorized_keys");
        if (node == nullptr) return;
        account_.ssh_keys = read_ssh_key_list(*node, what("ssh_authorized_keys"), reader_);
    }

    const YamlNode& node_;
    std::string where_;
    NodeReader& reader_;
    AccountWish account_;
};

}  // namespace

std::optional<AccountWish> read_user_entry(const YamlNode& node, const std::string& where,
                                           bool needs_name, NodeReader& reader)
{
    return UserEntry(node, where, reader).read(needs_name);
}

std::vector<std::string> read_ssh_key_list(const YamlNode& node, const std::string& what,
                                           NodeReader& reader)
{
    std::vector<std::string> keys;
    std::vector<std::string> blobs;
    for (const auto& text : reader.texts(node, what)) {
        const auto line = trim(text);
        auto key = parse_ssh_key(line);
        if (!key)
            reader.complain(node.at, what, "holds what is no public key, skipped", false);
        else if (std::find(blobs.begin(), blobs.end(), key->blob) == blobs.end()) {
            blobs.push_back(std::move(key->blob));
            keys.emplace_back(line);
        }
    }
    return keys;
}

}  // namespace onectx
