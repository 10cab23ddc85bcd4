// See config.h.
#include "guest/system/config.h"

#include <fcntl.h>

#include <algorithm>
#include <array>

#include "common/ini.h"
#include "common/limits.h"
#include "common/text.h"
#include "guest/model/domain.h"
#include "guest/model/script_settings.h"
#include "guest/net/backend.h"
#include "guest/onegate/http.h"
#include "guest/system/fd.h"
#include "guest/system/files.h"

namespace onectx {
namespace {

constexpr std::string_view kFile = "/etc/onectx/guest.conf";
constexpr std::string_view kDirectory = "/etc/onectx/guest.conf.d";

struct Key {
    std::string_view section;
    std::string_view name;
    std::string_view expects;
    bool (*set)(Policy& policy, std::string_view value);  // false: not what is expected
};

constexpr std::string_view kBackendWords =
    "interfaces, netplan, networkd, nm, scripts, netlink or none";
constexpr std::string_view kOnOff = "on or off";
constexpr std::string_view kYesNo = "yes or no";
constexpr unsigned kLongestNetwork = 30;  // with room for this machine and a gateway
constexpr std::string_view kWhen = "every-boot, once, on-change or off";
constexpr std::string_view kLongSeconds = "a number of seconds, 0 to 604800";
constexpr std::string_view kSeconds = "a number of seconds, 0 to 600";

template <bool Policy::* member>
bool set_flag(Policy& policy, std::string_view value)
{
    const auto flag = parse_boolean(value);
    if (flag) policy.*member = *flag;
    return flag.has_value();
}

template <unsigned Policy::* member>
bool set_seconds(Policy& policy, std::string_view value)
{
    const auto seconds = parse_number(value, 0, kMaxWaitSeconds);
    if (seconds) policy.*member = static_cast<unsigned>(*seconds);
    return seconds.has_value();
}

bool set_backend(Policy& policy, std::string_view value)
{
    auto backend = backend_of_word(value);
    if (backend) policy.backend = std::move(*backend);
    return backend.has_value();
}

bool set_ether_default(Policy& policy, std::string_view value)
{
    if (value != "leave" && value != "up" && value != "dhcp") return false;
    policy.ether_default = value;
    return true;
}

bool set_metadata_address(Policy& policy, std::string_view value)
{
    policy.metadata_address = value;
    return parse_url(value).has_value();
}

bool set_metadata_token(Policy& policy, std::string_view value)
{
    if (value == "prefer")
        policy.metadata_token = MetadataToken::prefer;
    else if (value == "require")
        policy.metadata_token = MetadataToken::require;
    else if (value == "never")
        policy.metadata_token = MetadataToken::never;
    else
        return false;
    return true;
}

bool set_link_names(Policy& policy, std::string_view value)
{
    if (value == "keep")
        policy.link_names = LinkNames::keep;
    else if (value == "alternative")
        policy.link_names = LinkNames::alternative;
    else if (value == "rename")
        policy.link_names = LinkNames::rename;
    else
        return false;
    return true;
}

bool set_onegate_ca_file(Policy& policy, std::string_view value)
{
    policy.onegate_ca_file = value;
    return value.starts_with('/');
}

template <ScriptPolicy ScriptRules::* member>
bool set_script_policy(Policy& policy, std::string_view value)
{
    const auto when = script_policy_of_word(value);
    if (when) policy.scripts.*member = *when;
    return when.has_value();
}

template <unsigned ScriptRules::* member>
bool set_script_seconds(Policy& policy, std::string_view value)
{
    const auto seconds = parse_number(value, 0, kMaxScriptSeconds);
    if (seconds) policy.scripts.*member = static_cast<unsigned>(*seconds);
    return seconds.has_value();
}

bool set_on_hot_plug(Policy& policy, std::string_view value)
{
    const auto flag = parse_boolean(value);
    if (flag) policy.scripts.on_hot_plug = *flag;
    return flag.has_value();
}

bool set_mac_to_ip(Policy& policy, std::string_view value)
{
    const auto flag = parse_boolean(value);
    if (flag) policy.mac_to_ip.enabled = *flag;
    return flag.has_value();
}

bool set_mac_to_ip_macs(Policy& policy, std::string_view value)
{
    // The octets as the beginning of a whole address.
    const auto mac = parse_mac(std::string(value) + ":00:00:00:00");
    if (!mac) return false;
    policy.mac_to_ip.octets = {mac->octets[0], mac->octets[1]};
    return true;
}

bool set_mac_to_ip_mask(Policy& policy, std::string_view value)
{
    const auto length = parse_mask(value);
    if (!length || *length == 0 || *length > kLongestNetwork) return false;
    policy.mac_to_ip.prefix = *length;
    return true;
}

bool set_mac_to_ip_gateway(Policy& policy, std::string_view value)
{
    auto& rule = policy.mac_to_ip;
    const auto address = parse_ipv4(value);
    if (value == "none")
        rule.gateway = MacGateway::none;
    else if (value == "first")
        rule.gateway = MacGateway::first;
    else if (value == "last")
        rule.gateway = MacGateway::last;
    else if (address)
        rule.gateway = MacGateway::fixed;
    else
        return false;
    if (address) rule.fixed_gateway = *address;
    return true;
}

constexpr std::array<Key, 27> kKeys{{
    {"policy", "ready", kOnOff, set_flag<&Policy::ready>},
    {"network", "backend", kBackendWords, set_backend},
    {"network", "ether-default", "leave, up or dhcp", set_ether_default},
    {"network", "verify-seconds", kSeconds, set_seconds<&Policy::verify_seconds>},
    {"network", "link-names", "keep, alternative or rename", set_link_names},
    {"network", "mac-to-ip", kYesNo, set_mac_to_ip},
    {"network", "mac-to-ip-macs", "the first two octets of a MAC", set_mac_to_ip_macs},
    {"network", "mac-to-ip-mask", "a mask of 1 to 30 bits", set_mac_to_ip_mask},
    {"network", "mac-to-ip-gateway", "first, last, none or an address", set_mac_to_ip_gateway},
    {"scripts", "start-script", kWhen, set_script_policy<&ScriptRules::start_script>},
    {"scripts", "init-scripts", kWhen, set_script_policy<&ScriptRules::init_scripts>},
    {"scripts", "hooks", kWhen, set_script_policy<&ScriptRules::hooks>},
    {"scripts", "on-hot-plug", kYesNo, set_on_hot_plug},
    {"scripts", "script-seconds", kLongSeconds, set_script_seconds<&ScriptRules::script_seconds>},
    {"scripts", "hook-seconds", kLongSeconds, set_script_seconds<&ScriptRules::hook_seconds>},
    {"scripts", "local-hook-seconds", kLongSeconds,
     set_script_seconds<&ScriptRules::local_seconds>},
    {"growing", "logical-volumes", kYesNo, set_flag<&Policy::grow_logical_volumes>},
    {"swap", "unlabelled", kYesNo, set_flag<&Policy::unlabelled_swap>},
    {"onegate", "verify", kYesNo, set_flag<&Policy::onegate_verify>},
    {"onegate", "ca-file", "an absolute path", set_onegate_ca_file},
    {"source", "wait", kSeconds, set_seconds<&Policy::wait_seconds>},
    {"source", "wait-when-expected", kSeconds, set_seconds<&Policy::wait_seconds_expected>},
    {"source", "metadata", kYesNo, set_flag<&Policy::metadata>},
    {"source", "metadata-address", "an address of http or https", set_metadata_address},
    {"source", "metadata-token", "prefer, require or never", set_metadata_token},
    {"source", "metadata-seconds", kSeconds, set_seconds<&Policy::metadata_seconds>},
    {"source", "allow-other-vmid", kYesNo, set_flag<&Policy::allow_other_vmid>},
}};

// What is expected; empty when the value is it. A rule that cannot be read may have been one that
// forbids, so the domain is left alone.
std::string_view set_rule(const Domain& domain, std::string_view value, Policy& policy)
{
    auto rule = parse_rule(value);
    if (auto flag = parse_boolean(value); flag) rule = *flag ? Policy{}.*domain.rule : Rule::off;
    if (rule == Rule::enforce && !domain.can_enforce) rule.reset();
    policy.*domain.rule = rule.value_or(Rule::off);
    if (rule) return "";
    return domain.can_enforce ? "on, off, first-boot, on-change, every-boot or enforce"
                              : "on, off, first-boot, on-change or every-boot";
}

const Domain* find_domain(const IniSetting& setting)
{
    if (setting.section != "policy") return nullptr;
    const auto all = domains();
    const auto found = std::find_if(
        all.begin(), all.end(), [&](const Domain& domain) { return domain.name == setting.name; });
    return found == all.end() ? nullptr : &*found;
}

std::string domain_names()
{
    std::string names;
    for (const auto& domain : domains())
        names += std::string(domain.name) + ", ";
    return names + "ready";
}

void take_setting(const IniSetting& setting, const std::string& where, Config& config)
{
    const auto key = std::find_if(kKeys.begin(), kKeys.end(), [&](const Key& candidate) {
        return candidate.section == setting.section && candidate.name == setting.name;
    });
    const auto what = where + "[" + printable(setting.section) + "] " + printable(setting.name);
    std::string_view expected;
    if (const auto* domain = find_domain(setting))
        expected = set_rule(*domain, setting.value, config.policy);
    else if (key == kKeys.end() && setting.section == "policy")
        config.problems.push_back({"", what + " is no domain; there are " + domain_names(), true});
    else if (key == kKeys.end())
        config.problems.push_back({"", what + " is unknown and ignored", false});
    else if (!key->set(config.policy, setting.value))
        expected = key->expects;
    if (expected.empty()) return;
    const auto effect = find_domain(setting) != nullptr ? "; it is left alone" : "";
    config.problems.push_back({"",
                               what + " must be " + std::string(expected) + ", not '" +
                                   printable(setting.value) + "'" + effect,
                               true});
}

Result<std::string> read_outside(const std::string& file)
{
    const Fd fd(open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd.valid()) return os_failure();
    return read_all(fd.get(), kMaxSystemFileBytes);
}

Result<void> add_file(const FileReader& tree, const std::string& path, Config& config)
{
    const auto file = TRY(in_context("read " + path, tree.read(path)));
    if (file) read_config(file->content, path, config);
    return {};
}

}  // namespace

void read_config(std::string_view text, std::string_view file, Config& config)
{
    const auto place = [&](unsigned line) {
        return std::string(file) + ":" + std::to_string(line) + ": ";
    };
    const auto parsed = parse_ini(text);
    for (const auto& setting : parsed.settings)
        take_setting(setting, place(setting.line), config);
    for (const auto& problem : parsed.problems)
        config.problems.push_back({"", place(problem.line) + problem.message, true});
}

std::vector<std::string> config_settings()
{
    std::vector<std::string> names;
    auto add = [&](std::string_view section, std::string_view name) {
        names.push_back("[" + std::string(section) + "] " + std::string(name));
    };
    for (const auto& domain : domains())
        add("policy", domain.name);
    for (const auto& key : kKeys)
        add(key.section, key.name);
    return names;
}

Result<Config> load_config(const FileReader& tree, const std::string& file)
{
    Config config;
    if (!file.empty()) {
        read_config(TRY(in_context("read " + file, read_outside(file))), file, config);
        return config;
    }
    TRY(add_file(tree, std::string(kFile), config));
    for (const auto& name :
         TRY(in_context("read " + std::string(kDirectory), tree.list(kDirectory))))
        if (name.ends_with(".conf"))
            TRY(add_file(tree, std::string(kDirectory) + "/" + name, config));
    return config;
}

}  // namespace onectx
