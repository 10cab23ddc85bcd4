// The rules of `lint`: one small function each, and one table of all. docs/lint.md has a section
// for each id; a test compares them. Ids are part of what others rely on and never change.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "host/lint/subject.h"

namespace onectx::lint {

struct Rule {
    std::string_view id;
    Severity severity = Severity::error;
    std::string_view title;  // what is wrong, in a few words
    void (*check)(const Subject& subject, Report& report) = nullptr;
};

[[nodiscard]] std::span<const Rule> rules();

// OpenNebula's words for the numbers of an image's TYPE and STATE ("2": DATABLOCK, "1": READY);
// words become upper case.
[[nodiscard]] std::string image_type_word(std::string_view text);
[[nodiscard]] std::string image_state_word(std::string_view text);

// rules_template.cpp
void check_syntax(const Subject& subject, Report& report);
void check_duplicate_key(const Subject& subject, Report& report);
void check_context_missing(const Subject& subject, Report& report);
void check_several_contexts(const Subject& subject, Report& report);
void check_variable_name(const Subject& subject, Report& report);
void check_value_too_long(const Subject& subject, Report& report);
void check_value_separator(const Subject& subject, Report& report);

// rules_variables.cpp
void check_misspelt_variable(const Subject& subject, Report& report);
void check_unknown_variable(const Subject& subject, Report& report);
void check_old_variable(const Subject& subject, Report& report);
void check_environment_name(const Subject& subject, Report& report);
void check_host_only_key(const Subject& subject, Report& report);
void check_generated_variable(const Subject& subject, Report& report);
void check_network_not_yes(const Subject& subject, Report& report);
void check_token_not_yes(const Subject& subject, Report& report);
void check_file_list(const Subject& subject, Report& report);

// rules_references.cpp
void check_script_dollar(const Subject& subject, Report& report);
void check_dollar_syntax(const Subject& subject, Report& report);
void check_unknown_reference(const Subject& subject, Report& report);

// rules_values.cpp
void check_switch(const Subject& subject, Report& report);
void check_number(const Subject& subject, Report& report);
void check_host_name(const Subject& subject, Report& report);
void check_time_zone(const Subject& subject, Report& report);
void check_script_policy(const Subject& subject, Report& report);
void check_mount(const Subject& subject, Report& report);
void check_network_type(const Subject& subject, Report& report);
void check_gateway_interface(const Subject& subject, Report& report);

// rules_network.cpp
void check_method(const Subject& subject, Report& report);
void check_mask(const Subject& subject, Report& report);
void check_mask_form(const Subject& subject, Report& report);
void check_prefix_length(const Subject& subject, Report& report);
void check_address(const Subject& subject, Report& report);
void check_gateway_outside(const Subject& subject, Report& report);
void check_mac(const Subject& subject, Report& report);
void check_nic_without_mac(const Subject& subject, Report& report);
void check_nic_unknown(const Subject& subject, Report& report);
void check_duplicate_mac(const Subject& subject, Report& report);
void check_duplicate_ip(const Subject& subject, Report& report);
void check_dns(const Subject& subject, Report& report);
void check_routes(const Subject& subject, Report& report);
void check_mtu(const Subject& subject, Report& report);
void check_metric(const Subject& subject, Report& report);

// rules_accounts.cpp
void check_plain_password(const Subject& subject, Report& report);
void check_password_forms(const Subject& subject, Report& report);
void check_crypted_dollar(const Subject& subject, Report& report);
void check_crypted_password(const Subject& subject, Report& report);
void check_user_name(const Subject& subject, Report& report);
void check_ssh_key(const Subject& subject, Report& report);
void check_base64(const Subject& subject, Report& report);

// rules_machine.cpp
void check_name(const Subject& subject, Report& report);
void check_memory(const Subject& subject, Report& report);
void check_cpu(const Subject& subject, Report& report);
void check_vcpu(const Subject& subject, Report& report);
void check_capacity_missing(const Subject& subject, Report& report);
void check_graphics_port(const Subject& subject, Report& report);

// rules_disks.cpp
void check_target(const Subject& subject, Report& report);
void check_duplicate_target(const Subject& subject, Report& report);
void check_target_type(const Subject& subject, Report& report);
void check_xen_cdrom(const Subject& subject, Report& report);
void check_xen_letter(const Subject& subject, Report& report);
void check_xen_raw(const Subject& subject, Report& report);
void check_xen_phy(const Subject& subject, Report& report);
void check_ide_on_machine(const Subject& subject, Report& report);
void check_context_bus(const Subject& subject, Report& report);
void check_cd_bus(const Subject& subject, Report& report);
void check_too_many_disks(const Subject& subject, Report& report);

// rules_images.cpp
void check_image_type(const Subject& subject, Report& report);
void check_image_state(const Subject& subject, Report& report);
void check_image_persistence(const Subject& subject, Report& report);
void check_cd_writable(const Subject& subject, Report& report);
void check_volatile_disk(const Subject& subject, Report& report);
void check_no_system_disk(const Subject& subject, Report& report);

}  // namespace onectx::lint
