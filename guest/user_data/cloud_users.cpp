// users, user and groups: lists of accounts as cloud-init's documentation writes them down.
#include <algorithm>

#include "common/limits.h"
#include "common/text.h"
#include "common/user_name.h"
#include "guest/user_data/cloud_config.h"
#include "guest/user_data/cloud_user_entry.h"

namespace onectx {
namespace {

constexpr std::string_view kDefault = "default";

class UsersReader {
  public:
    UsersReader(NodeReader& reader, std::vector<AccountWish>& accounts)
        : reader_(reader), accounts_(accounts)
    {
    }

    void read(const YamlNode& node)
    {
        constexpr std::string_view kKey = "users";
        if (is_null(node)) return;
        if (node.kind == YamlNode::Kind::scalar) return add_names(node, kKey);
        if (node.kind == YamlNode::Kind::mapping) return read_mapping(node);
        for (std::size_t i = 0; i < node.items.size(); ++i) {
            const auto& item = node.items[i];
            const auto name = item_name(kKey, i);
            if (is_null(item)) continue;
            if (item.kind == YamlNode::Kind::mapping)
                add(read_user_entry(item, name, true, reader_), item.at, name);
            else
                add_names(item, name);
        }
    }

  private:
    void add(std::optional<AccountWish> account, Position at, std::string_view what)
    {
        if (!account) return;
        const bool is_there =
            std::any_of(accounts_.begin(), accounts_.end(),
                        [&](const AccountWish& other) { return other.name == account->name; });
        if (is_there || accounts_.size() == kMaxListItems)
            reader_.complain(at, what,
                             is_there ? "is there twice; the first counts"
                                      : "more than " + std::to_string(kMaxListItems) + " users");
        else
            accounts_.push_back(std::move(*account));
    }

    // Users of whom nothing but the name is said. The user of the context is there anyway.
    void add_names(const YamlNode& node, std::string_view what)
    {
        for (const auto& text : reader_.texts(node, what, true)) {
            const auto name = trim(text);
            if (name == kDefault) continue;
            if (is_user_name(name))
                add(AccountWish{.name = std::string(name), .where = reader_.place(node.at, what)},
                    node.at, what);
            else
                reader_.complain(node.at, what, shown(name) + " is no name of a user");
        }
    }

    // `name: {…}`, as it was written long ago.
    void read_mapping(const YamlNode& node)
    {
        for (std::size_t i = 0; i < node.keys.size(); ++i) {
            if (node.keys[i].text == kDefault) continue;
            auto entry = node.items[i];
            if (entry.kind != YamlNode::Kind::mapping)
                entry = {.kind = YamlNode::Kind::mapping, .at = entry.at};
            entry.keys.push_back({"name", node.keys[i].at});
            entry.items.push_back(
                {.text = node.keys[i].text, .plain = false, .at = node.keys[i].at});
            const auto what = "users." + shown(node.keys[i].text);
            add(read_user_entry(entry, what, true, reader_), entry.at, what);
        }
    }

    NodeReader& reader_;
    std::vector<AccountWish>& accounts_;
};

void add_group(const std::string& name, const YamlNode* members, Position at, NodeReader& reader,
               std::vector<GroupWish>& groups)
{
    constexpr std::string_view kKey = "groups";
    if (!is_user_name(name) || groups.size() == kMaxListItems) {
        reader.complain(at, kKey, shown(name) + " is no name of a group");
        return;
    }
    GroupWish group{.name = name, .members = {}};
    if (members != nullptr) group.members = reader.texts(*members, kKey, true);
    for (const auto& member : group.members)
        if (!is_user_name(member))
            reader.complain(at, kKey, shown(member) + " is no name of a user");
    std::erase_if(group.members, [](const std::string& member) { return !is_user_name(member); });
    groups.push_back(std::move(group));
}

}  // namespace

void read_users(const YamlNode& node, NodeReader& reader, CloudConfig& config)
{
    // Those of `user` have no list of their own.
    std::erase_if(config.accounts.accounts,
                  [&](const AccountWish& account) { return !account.of_context; });
    UsersReader(reader, config.accounts.accounts).read(node);
}

void read_user(const YamlNode& node, NodeReader& reader, CloudConfig& config)
{
    constexpr std::string_view kKey = "user";
    if (is_null(node)) return;
    auto& accounts = config.accounts.accounts;
    std::erase_if(accounts, [](const AccountWish& account) { return account.of_context; });
    if (node.kind == YamlNode::Kind::scalar) {
        config.variables["USERNAME"] = {node.text, std::string(kKey)};
        return;
    }
    if (!reader.is_mapping(node, kKey)) return;
    auto account = read_user_entry(node, std::string(kKey), false, reader);
    if (!account) return;
    if (!account->name.empty()) config.variables["USERNAME"] = {account->name, std::string(kKey)};
    // Said to be nobody who may use sudo, or by other rules than the usual one.
    if (node.find("sudo") != nullptr) config.variables["USERNAME_SUDO"] = {"NO", std::string(kKey)};
    if (!account->shell.empty())
        config.variables["USERNAME_SHELL"] = {account->shell, std::string(kKey)};
    account->of_context = true;
    accounts.insert(accounts.begin(), std::move(*account));
}

void read_groups(const YamlNode& node, NodeReader& reader, CloudConfig& config)
{
    auto& groups = config.accounts.groups;
    groups.clear();
    auto add_all = [&](const YamlNode& mapping) {
        for (std::size_t i = 0; i < mapping.keys.size(); ++i)
            add_group(mapping.keys[i].text, &mapping.items[i], mapping.keys[i].at, reader, groups);
    };
    if (node.kind == YamlNode::Kind::mapping) return add_all(node);
    if (node.kind == YamlNode::Kind::scalar) {
        for (const auto& name : reader.texts(node, "groups", true))
            add_group(name, nullptr, node.at, reader, groups);
        return;
    }
    for (const auto& item : node.items) {
        if (item.kind == YamlNode::Kind::mapping)
            add_all(item);
        else
            add_group(std::string(trim(item.text)), nullptr, item.at, reader, groups);
    }
}

void read_authorized_keys(const YamlNode& node, NodeReader& reader, CloudConfig& config)
{
    constexpr std::string_view kKey = "ssh_authorized_keys";
    const auto keys = read_ssh_key_list(node, std::string(kKey), reader);
    if (!keys.empty())
        config.variables["SSH_PUBLIC_KEY"] = {join(keys, "\n"), std::string(kKey), true};
}

}  // namespace onectx
