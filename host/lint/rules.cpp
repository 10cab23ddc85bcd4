// The table of all rules; see rules.h. In the order of docs/lint.md.
#include "host/lint/rules.h"

namespace onectx::lint {
namespace {

using enum Severity;

constexpr Rule kRules[] = {
    // The text
    {"syntax", error, "what is no template", check_syntax},
    {"duplicate-key", warning, "a key twice in one section", check_duplicate_key},
    {"context-missing", error, "no CONTEXT section", check_context_missing},
    {"several-contexts", error, "more than one CONTEXT section", check_several_contexts},
    {"variable-name", error, "a name that is none in a shell", check_variable_name},
    {"value-too-long", warning, "a value over 128 KiB", check_value_too_long},
    {"value-separator", error, "OpenNebula's own separator in a value", check_value_separator},
    // Variables
    {"misspelt-variable", warning, "a name near to a known one", check_misspelt_variable},
    {"unknown-variable", note, "a name that only scripts may know", check_unknown_variable},
    {"old-variable", warning, "a name that no guest reads any more", check_old_variable},
    {"environment-name", warning, "a variable of the system itself", check_environment_name},
    {"host-only-key", note, "paths of the host in the machine", check_host_only_key},
    {"generated-variable", warning, "ETHx variables beside NETWORK = YES",
     check_generated_variable},
    {"network-not-yes", warning, "NETWORK that OpenNebula does not know", check_network_not_yes},
    {"token-not-yes", warning, "TOKEN that OpenNebula does not know", check_token_not_yes},
    {"script-dollar", warning, "'$' in a script", check_script_dollar},
    {"dollar-syntax", warning, "a '$' that OpenNebula refuses", check_dollar_syntax},
    {"unknown-reference", note, "a $NAME that nothing here has", check_unknown_reference},
    {"file-list", error, "files that an image cannot have", check_file_list},
    {"switch", warning, "neither YES nor NO", check_switch},
    {"number", warning, "a number out of range", check_number},
    {"host-name", warning, "a host name that is none", check_host_name},
    {"time-zone", error, "a time zone that is none", check_time_zone},
    {"script-policy", warning, "a SCRIPT_POLICY that no guest knows", check_script_policy},
    {"mount", error, "a file system without a place", check_mount},
    // Interfaces
    {"method", error, "a METHOD that no guest knows", check_method},
    {"mask", error, "a mask that is none", check_mask},
    {"mask-form", warning, "a mask that older guests cannot read", check_mask_form},
    {"prefix-length", error, "a prefix length that is none", check_prefix_length},
    {"address", error, "an address that is none", check_address},
    {"gateway-outside", warning, "a gateway outside the network", check_gateway_outside},
    {"mac", error, "a MAC address that is none", check_mac},
    {"nic-without-mac", error, "ETHx variables without ETHx_MAC", check_nic_without_mac},
    {"nic-unknown", note, "NETWORK = YES without a NIC that is known", check_nic_unknown},
    {"duplicate-mac", error, "one MAC address twice", check_duplicate_mac},
    {"duplicate-ip", error, "one address twice", check_duplicate_ip},
    {"dns", error, "a name server that is no address", check_dns},
    {"routes", error, "a route that is none", check_routes},
    {"mtu", error, "an MTU out of range", check_mtu},
    {"metric", error, "a metric that is none", check_metric},
    {"network-type", warning, "a NETCFG_TYPE that no guest knows", check_network_type},
    {"gateway-interface", warning, "a GATEWAY_IFACE that is not there", check_gateway_interface},
    // Accounts
    {"plain-password", warning, "a password in plain text", check_plain_password},
    {"password-forms", warning, "several forms of the password", check_password_forms},
    {"crypted-dollar", warning, "'$' in CRYPTED_PASSWORD", check_crypted_dollar},
    {"crypted-password", error, "a hash that is none", check_crypted_password},
    {"user-name", error, "a USERNAME that is none", check_user_name},
    {"ssh-key", warning, "a line that is no public key", check_ssh_key},
    {"base64", error, "base64 that is none", check_base64},
    // Capacity
    {"name", error, "a NAME that OpenNebula refuses", check_name},
    {"memory", error, "MEMORY that is no number", check_memory},
    {"cpu", error, "CPU that is no number", check_cpu},
    {"vcpu", error, "VCPU that is no number", check_vcpu},
    {"capacity-missing", warning, "no CPU or no MEMORY", check_capacity_missing},
    {"graphics-port", warning, "a display port below 5900", check_graphics_port},
    // Disks
    {"target", error, "a TARGET that names no disk", check_target},
    {"duplicate-target", error, "one TARGET twice", check_duplicate_target},
    {"target-type", error, "Xen's device type elsewhere", check_target_type},
    {"xen-cdrom", warning, "a context that Xen shows as a hard disk", check_xen_cdrom},
    {"xen-letter", error, "a disk beyond Xen's letters", check_xen_letter},
    {"xen-raw", error, "the raw driver under xm", check_xen_raw},
    {"xen-phy", error, "phy on a regular file", check_xen_phy},
    {"ide-on-machine", error, "IDE where there is none", check_ide_on_machine},
    {"context-bus", warning, "a context TARGET of another bus", check_context_bus},
    {"cd-bus", error, "a CD on virtio", check_cd_bus},
    {"too-many-disks", error, "more disks than the bus has", check_too_many_disks},
    // Images
    {"image-type", error, "an image that can be no disk", check_image_type},
    {"image-state", error, "an image that is not ready", check_image_state},
    {"image-persistence", error, "an image that cannot be persistent, or copied",
     check_image_persistence},
    {"cd-writable", warning, "writing to a CD", check_cd_writable},
    {"volatile-disk", error, "a volatile disk without a size", check_volatile_disk},
    {"no-system-disk", warning, "nothing to boot from", check_no_system_disk},
};

}  // namespace

std::span<const Rule> rules()
{
    return kRules;
}

}  // namespace onectx::lint
