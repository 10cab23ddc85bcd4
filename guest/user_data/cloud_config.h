// cloud-init's cloud-config as wishes. What a variable of the context says too becomes such a
// variable, so that it is checked and done by what checks and does it anyway; the rest are wishes
// of their own. Nothing is passed over in silence: a module that is not supported, a key that is
// unknown and a value that makes no sense are each named with their place.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "guest/model/account_wish.h"
#include "guest/model/problem.h"
#include "guest/model/user_data_wish.h"
#include "guest/user_data/node_reader.h"

namespace onectx {

// What a variable of the context would say.
struct CloudVariable {
    std::string text;
    std::string key;    // of the cloud-config, for messages: "hostname"
    bool adds = false;  // is added, as one more line, to what the context says
};

struct CloudConfig {
    std::map<std::string, CloudVariable, std::less<>> variables;
    AccountsWish accounts;  // a password without a name is that of the context's user
    UserDataWish wishes;

    std::set<std::string> keys;  // of the parts that were read

    // Until all parts are read: what the name of the machine is made from.
    std::optional<std::string> hostname;
    std::optional<std::string> fqdn;
    bool prefer_fqdn = false;
    bool preserve_hostname = false;
    std::optional<PasswordWish> password;            // of the context's user
    std::vector<AccountPassword> account_passwords;  // chpasswd
    bool passwords_expire = true;
    std::optional<bool> root_gets_no_keys;  // disable_root
    std::optional<std::array<std::string, 6>> mount_defaults;
};

// One cloud-config; what an earlier one said under the same key is replaced, as cloud-init merges
// them by default.
void read_cloud_config(std::string_view text, const std::string& variable, const std::string& part,
                       CloudConfig& config, std::vector<Problem>& problems);

// Once all are read.
void finish_cloud_config(CloudConfig& config);

// The modules, a file each; `node` is the value of the key.
void read_write_files(const YamlNode& node, NodeReader& reader, CloudConfig& config);
void read_runcmd(const YamlNode& node, NodeReader& reader, CloudConfig& config);
void read_bootcmd(const YamlNode& node, NodeReader& reader, CloudConfig& config);
void read_users(const YamlNode& node, NodeReader& reader, CloudConfig& config);
void read_user(const YamlNode& node, NodeReader& reader, CloudConfig& config);
void read_groups(const YamlNode& node, NodeReader& reader, CloudConfig& config);
void read_password(const YamlNode& node, NodeReader& reader, CloudConfig& config);
void read_chpasswd(const YamlNode& node, NodeReader& reader, CloudConfig& config);
void read_authorized_keys(const YamlNode& node, NodeReader& reader, CloudConfig& config);
void read_packages(const YamlNode& node, NodeReader& reader, CloudConfig& config);
void read_package_update(const YamlNode& node, NodeReader& reader, CloudConfig& config);
void read_package_upgrade(const YamlNode& node, NodeReader& reader, CloudConfig& config);
void read_package_reboot(const YamlNode& node, NodeReader& reader, CloudConfig& config);
void read_ssh_pwauth(const YamlNode& node, NodeReader& reader, CloudConfig& config);
void read_disable_root(const YamlNode& node, NodeReader& reader, CloudConfig& config);
void read_swap(const YamlNode& node, NodeReader& reader, CloudConfig& config);
void read_ntp(const YamlNode& node, NodeReader& reader, CloudConfig& config);
void read_mounts(const YamlNode& node, NodeReader& reader, CloudConfig& config);
void read_mount_default_fields(const YamlNode& node, NodeReader& reader, CloudConfig& config);
void read_growpart(const YamlNode& node, NodeReader& reader, CloudConfig& config);

}  // namespace onectx
