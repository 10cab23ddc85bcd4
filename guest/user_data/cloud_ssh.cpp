// ssh_pwauth and disable_root: who gets in through sshd.
#include "common/text.h"
#include "guest/user_data/cloud_config.h"

namespace onectx {

void read_ssh_pwauth(const YamlNode& node, NodeReader& reader, CloudConfig& config)
{
    constexpr std::string_view kKey = "ssh_pwauth";
    config.wishes.password_logins.reset();
    if (is_null(node) || to_lower(node.text) == "unchanged") return;
    config.wishes.password_logins = boolean_of(node);
    if (!config.wishes.password_logins)
        reader.complain(node.at, kKey, "must be true, false or unchanged");
}

void read_disable_root(const YamlNode& node, NodeReader& reader, CloudConfig& config)
{
    config.root_gets_no_keys = reader.boolean(node, "disable_root");
    config.wishes.root_logins = config.root_gets_no_keys == false;
}

}  // namespace onectx
