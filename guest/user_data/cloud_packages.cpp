// packages and its kin: what the distribution's manager is to install. cloud-init's own managers
// beside it (snap, flatpak) are not supported.
#include <algorithm>

#include "common/limits.h"
#include "common/text.h"
#include "guest/user_data/cloud_config.h"

namespace onectx {
namespace {

constexpr std::string_view kKey = "packages";

// What every manager takes for a name or a version, and none for an option.
bool is_package_word(std::string_view text)
{
    auto is_plain = [](char c) {
        return is_alpha(c) || is_digit(c) ||
               std::string_view("+-._:~@/=*").find(c) != std::string_view::npos;
    };
    return !text.empty() && text.size() <= kMaxFileNameBytes && !text.starts_with('-') &&
           std::all_of(text.begin(), text.end(), is_plain);
}

// A name, or [name, version].
void add(const YamlNode& node, const std::string& what, NodeReader& reader, CloudConfig& config)
{
    std::vector<std::string> words;
    if (node.kind == YamlNode::Kind::scalar && !is_null(node))
        words = {std::string(trim(node.text))};
    else if (node.kind == YamlNode::Kind::sequence)
        words = reader.texts(node, what);
    const bool is_package = (words.size() == 1 || words.size() == 2) &&
                            std::all_of(words.begin(), words.end(), is_package_word);
    auto& packages = config.wishes.packages;
    if (!is_package || packages.size() == kMaxListItems) {
        reader.complain(node.at, what, "must be the name of a package, or [name, version]");
        return;
    }
    packages.push_back({words[0], words.size() == 2 ? words[1] : ""});
}

// {apt: [...], snap: [...]}
void add_of_manager(const YamlNode& node, const std::string& what, NodeReader& reader,
                    CloudConfig& config)
{
    for (std::size_t i = 0; i < node.keys.size(); ++i) {
        const auto& manager = node.keys[i];
        const auto& list = node.items[i];
        const auto name = what + "." + manager.text;
        if (manager.text != "apt")
            reader.complain(manager.at, what,
                            "the manager " + shown(manager.text) +
                                " is not supported; its packages are left out");
        else if (list.kind == YamlNode::Kind::sequence)
            for (std::size_t j = 0; j < list.items.size(); ++j)
                add(list.items[j], item_name(name, j), reader, config);
        else
            reader.complain(list.at, name, "must be a list of packages");
    }
}

}  // namespace

void read_packages(const YamlNode& node, NodeReader& reader, CloudConfig& config)
{
    config.wishes.packages.clear();
    if (is_null(node)) return;
    if (node.kind == YamlNode::Kind::scalar) return add(node, std::string(kKey), reader, config);
    if (node.kind == YamlNode::Kind::mapping)
        return add_of_manager(node, std::string(kKey), reader, config);
    for (std::size_t i = 0; i < node.items.size(); ++i) {
        const auto& item = node.items[i];
        if (item.kind == YamlNode::Kind::mapping)
            add_of_manager(item, item_name(kKey, i), reader, config);
        else
            add(item, item_name(kKey, i), reader, config);
    }
}

void read_package_update(const YamlNode& node, NodeReader& reader, CloudConfig& config)
{
    config.wishes.update_packages = reader.boolean(node, "package_update").value_or(false);
}

void read_package_upgrade(const YamlNode& node, NodeReader& reader, CloudConfig& config)
{
    config.wishes.upgrade_packages = reader.boolean(node, "package_upgrade").value_or(false);
}

void read_package_reboot(const YamlNode& node, NodeReader& reader, CloudConfig&)
{
    constexpr std::string_view kReboot = "package_reboot_if_required";
    if (reader.boolean(node, kReboot).value_or(false))
        reader.complain(node.at, kReboot, "is not supported; the machine is not rebooted", false);
}

}  // namespace onectx
