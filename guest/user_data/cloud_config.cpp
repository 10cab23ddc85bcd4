// See cloud_config.h.
#include "guest/user_data/cloud_config.h"

#include <algorithm>
#include <array>

#include "common/text.h"

namespace onectx {
namespace {

void read_hostname(const YamlNode& node, NodeReader& reader, CloudConfig& config)
{
    config.hostname = reader.text(node, "hostname");
}

void read_fqdn(const YamlNode& node, NodeReader& reader, CloudConfig& config)
{
    config.fqdn = reader.text(node, "fqdn");
}

void read_preserve_hostname(const YamlNode& node, NodeReader& reader, CloudConfig& config)
{
    config.preserve_hostname = reader.boolean(node, "preserve_hostname").value_or(false);
}

void read_prefer_fqdn(const YamlNode& node, NodeReader& reader, CloudConfig& config)
{
    constexpr std::string_view kKey = "prefer_fqdn_over_hostname";
    config.prefer_fqdn = reader.boolean(node, kKey).value_or(false);
    if (config.prefer_fqdn)
        reader.complain(node.at, kKey,
                        "the kernel is told the first label all the same; the whole name is in "
                        "/etc/hosts",
                        false);
}

// The name of the machine has its line in /etc/hosts anyway.
void read_manage_etc_hosts(const YamlNode&, NodeReader&, CloudConfig&) {}

void read_timezone(const YamlNode& node, NodeReader& reader, CloudConfig& config)
{
    if (auto zone = reader.text(node, "timezone"))
        config.variables["TIMEZONE"] = {std::move(*zone), "timezone"};
}

void read_resize_rootfs(const YamlNode& node, NodeReader& reader, CloudConfig& config)
{
    // In the background or not: it is grown by the kernel, with nobody waiting for a program.
    if (node.text == "noblock") return;
    const auto resize = reader.boolean(node, "resize_rootfs");
    if (resize && !*resize) config.variables["GROW_ROOTFS"] = {"NO", "resize_rootfs"};
}

constexpr std::string_view kMountDefaults = "mount_default_fields";

struct Module {
    std::string_view key;
    void (*read)(const YamlNode& node, NodeReader& reader, CloudConfig& config);
};

constexpr std::array<Module, 29> kModules{{
    {"apt_reboot_if_required", read_package_reboot},
    {"apt_update", read_package_update},
    {"apt_upgrade", read_package_upgrade},
    {"bootcmd", read_bootcmd},
    {"chpasswd", read_chpasswd},
    {"disable_root", read_disable_root},
    {"fqdn", read_fqdn},
    {"groups", read_groups},
    {"growpart", read_growpart},
    {"hostname", read_hostname},
    {"manage_etc_hosts", read_manage_etc_hosts},
    {"mounts", read_mounts},
    {"ntp", read_ntp},
    {"package_reboot_if_required", read_package_reboot},
    {"package_update", read_package_update},
    {"package_upgrade", read_package_upgrade},
    {"packages", read_packages},
    {"password", read_password},
    {"prefer_fqdn_over_hostname", read_prefer_fqdn},
    {"preserve_hostname", read_preserve_hostname},
    {"resize_rootfs", read_resize_rootfs},
    {"runcmd", read_runcmd},
    {"ssh_authorized_keys", read_authorized_keys},
    {"ssh_pwauth", read_ssh_pwauth},
    {"swap", read_swap},
    {"timezone", read_timezone},
    {"user", read_user},
    {"users", read_users},
    {"write_files", read_write_files},
}};

// Keys that cloud-init has and we have not.
constexpr std::array<std::string_view, 68> kUnsupported{
    "allow_public_ssh_keys",
    "ansible",
    "apk_repos",
    "apt",
    "apt_pipelining",
    "authkey_hash",
    "autoinstall",
    "byobu_by_default",
    "ca_certs",
    "chef",
    "cloud_config_modules",
    "cloud_final_modules",
    "cloud_init_modules",
    "create_hostname_file",
    "device_aliases",
    "disable_ec2_metadata",
    "disable_root_opts",
    "disk_setup",
    "drivers",
    "fan",
    "final_message",
    "fs_setup",
    "grub_dpkg",
    "keyboard",
    "landscape",
    "launch_index",
    "locale",
    "locale_configfile",
    "lxd",
    "manage_resolv_conf",
    "mcollective",
    "merge_how",
    "merge_type",
    "migrate",
    "network",
    "no_ssh_fingerprints",
    "output",
    "phone_home",
    "power_state",
    "puppet",
    "random_seed",
    "reporting",
    "resolv_conf",
    "rh_subscription",
    "rpi",
    "rsyslog",
    "salt_minion",
    "snap",
    "spacewalk",
    "ssh",
    "ssh_deletekeys",
    "ssh_fp_console_blacklist",
    "ssh_genkeytypes",
    "ssh_import_id",
    "ssh_key_console_blacklist",
    "ssh_keys",
    "ssh_publish_hostkeys",
    "ssh_quiet_keygen",
    "system_info",
    "ubuntu_advantage",
    "ubuntu_pro",
    "updates",
    "vendor_data",
    "version",
    "wireguard",
    "yum_repo_dir",
    "yum_repos",
    "zypper",
};

bool is_unsupported(std::string_view key)
{
    return std::find(kUnsupported.begin(), kUnsupported.end(), key) != kUnsupported.end();
}

void read_module(const YamlKey& key, const YamlNode& value, NodeReader& reader, CloudConfig& config)
{
    const auto name = key_name(key.text);
    if (!config.keys.insert(name).second)
        reader.complain(key.at, "", name + " is in an earlier part already; the last one counts",
                        false);
    const auto found = std::find_if(kModules.begin(), kModules.end(),
                                    [&](const Module& module) { return module.key == name; });
    if (found != kModules.end()) {
        found->read(value, reader, config);
        return;
    }
    reader.complain(key.at, "",
                    is_unsupported(name) ? name + " is not supported; nothing is done about it"
                                         : shown(key.text) + " is no key of a cloud-config",
                    false);
}

}  // namespace

void read_cloud_config(std::string_view text, const std::string& variable, const std::string& part,
                       CloudConfig& config, std::vector<Problem>& problems)
{
    NodeReader reader(variable, part.empty() ? "" : part + ": ", problems);
    const auto document = parse_yaml(text);
    if (!document) {
        const auto& diagnostic = document.error();
        reader.complain(diagnostic.at, "", diagnostic.message + "; nothing of it is done");
        return;
    }
    for (const auto& warning : document->warnings)
        reader.complain(warning.at, "", warning.message, false);
    const auto& root = document->root;
    if (is_null(root)) return;
    if (root.kind != YamlNode::Kind::mapping) {
        reader.complain(root.at, "", "a cloud-config must be a mapping (key: value)");
        return;
    }
    // What the entries of mounts leave out stands in another key, wherever that is.
    if (const auto* defaults = root.find(kMountDefaults))
        read_mount_default_fields(*defaults, reader, config);
    for (std::size_t i = 0; i < root.keys.size(); ++i)
        if (root.keys[i].text != kMountDefaults)
            read_module(root.keys[i], root.items[i], reader, config);
}

void finish_cloud_config(CloudConfig& config)
{
    if (config.fqdn && !config.preserve_hostname)
        config.variables["SET_HOSTNAME"] = {*config.fqdn, "fqdn"};
    else if (config.hostname && !config.preserve_hostname)
        config.variables["SET_HOSTNAME"] = {*config.hostname, "hostname"};
    // cloud-init gives root the keys of the usual user too, and takes from them what they are for
    // unless it is told not to. We give root none that are not his.
    const auto keys = config.variables.find("SSH_PUBLIC_KEY");
    if (config.root_gets_no_keys == false && keys != config.variables.end())
        config.variables["ROOT_SSH_PUBLIC_KEY"] = {keys->second.text, "disable_root", true};
    // As cloud-init has it: the one is there for who does not need the other.
    auto passwords = config.account_passwords;
    if (passwords.empty() && config.password) passwords.push_back({"", config.password});
    for (auto& password : passwords)
        password.expires = config.passwords_expire;
    config.accounts.passwords = std::move(passwords);
}

}  // namespace onectx
