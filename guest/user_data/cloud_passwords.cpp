// password and chpasswd: passwords of accounts that are there already. No message quotes one.
#include "common/limits.h"
#include "common/text.h"
#include "common/user_name.h"
#include "guest/user_data/cloud_config.h"

namespace onectx {
namespace {

constexpr std::string_view kRandom =
    "a random password is not supported: nobody would learn what it is";

bool is_hash(std::string_view text)
{
    return text.starts_with('$') && password_fault(text, true).empty();
}

std::optional<PasswordWish> password_of(std::string_view text, bool crypted, Position at,
                                        std::string_view what, NodeReader& reader)
{
    const auto fault = text.empty() ? "is empty" : password_fault(text, crypted);
    if (fault.empty()) return PasswordWish{Secret(text), crypted};
    reader.complain(at, what, fault);
    return std::nullopt;
}

void add(std::string_view name, std::optional<PasswordWish> password, Position at,
         std::string_view what, NodeReader& reader, CloudConfig& config)
{
    if (!is_user_name(name))
        reader.complain(at, what, shown(name) + " is no name of a user");
    else if (password && config.account_passwords.size() < kMaxListItems)
        config.account_passwords.push_back({std::string(name), std::move(password)});
}

// `name:password`, as chpasswd(8) reads it.
void read_line(std::string_view line, Position at, std::string_view what, NodeReader& reader,
               CloudConfig& config)
{
    line = trim(line);
    if (line.empty()) return;
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) {
        reader.complain(at, what, "must be name:password");
        return;
    }
    const auto text = line.substr(colon + 1);
    if (text == "R" || text == "RANDOM") {
        reader.complain(at, what, kRandom);
        return;
    }
    add(line.substr(0, colon), password_of(text, is_hash(text), at, what, reader), at, what, reader,
        config);
}

void read_list(const YamlNode& node, NodeReader& reader, CloudConfig& config)
{
    constexpr std::string_view kKey = "chpasswd.list";
    for (const auto& text : reader.texts(node, kKey))
        for (const auto line : split_lines(text))
            read_line(line, node.at, kKey, reader, config);
}

// {name, password, type: hash | text | RANDOM}
void read_entry(const YamlNode& node, const std::string& what, NodeReader& reader,
                CloudConfig& config)
{
    if (!reader.is_mapping(node, what)) return;
    const auto* name = node.find("name");
    const auto* type = node.find("type");
    const auto* text = node.find("password");
    if (name == nullptr) {
        reader.complain(node.at, what, "has no name; it is left out");
        return;
    }
    const auto kind = type == nullptr ? "hash" : to_lower(type->text);
    if (kind == "random") {
        reader.complain(node.at, what, kRandom);
        return;
    }
    if (kind != "hash" && kind != "text") {
        reader.complain(type->at, what, "type must be hash, text or RANDOM");
        return;
    }
    if (text == nullptr || text->kind != YamlNode::Kind::scalar) {
        reader.complain(node.at, what, "has no password; it is left out");
        return;
    }
    add(name->text, password_of(text->text, kind == "hash", text->at, what, reader), name->at, what,
        reader, config);
}

void read_entries(const YamlNode& node, NodeReader& reader, CloudConfig& config)
{
    constexpr std::string_view kKey = "chpasswd.users";
    if (node.kind != YamlNode::Kind::sequence) {
        reader.complain(node.at, kKey, "must be a list");
        return;
    }
    for (std::size_t i = 0; i < node.items.size(); ++i)
        read_entry(node.items[i], item_name(kKey, i), reader, config);
}

}  // namespace

void read_password(const YamlNode& node, NodeReader& reader, CloudConfig& config)
{
    const auto text = reader.text(node, "password");
    config.password.reset();
    if (text == "R" || text == "RANDOM")
        reader.complain(node.at, "password", kRandom);
    else if (text)
        config.password = password_of(*text, is_hash(*text), node.at, "password", reader);
}

void read_chpasswd(const YamlNode& node, NodeReader& reader, CloudConfig& config)
{
    constexpr std::string_view kKey = "chpasswd";
    config.account_passwords.clear();
    config.passwords_expire = true;
    if (is_null(node) || !reader.is_mapping(node, kKey)) return;
    for (std::size_t i = 0; i < node.keys.size(); ++i) {
        const auto& value = node.items[i];
        const auto& key = node.keys[i].text;
        if (key == "expire")
            config.passwords_expire = reader.boolean(value, "chpasswd.expire").value_or(true);
        else if (key == "users")
            read_entries(value, reader, config);
        else if (key == "list")
            read_list(value, reader, config);
        else
            reader.complain(node.keys[i].at, kKey, shown(key) + " is no key of chpasswd", false);
    }
}

}  // namespace onectx
