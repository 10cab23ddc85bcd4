// From a context to wishes; see settings.h. What belongs together is read in a file of its own;
// here are the order and the small ones.
#include "guest/model/settings.h"

#include "common/host_name.h"
#include "common/text.h"
#include "guest/model/disk_wishes.h"
#include "guest/model/flag.h"
#include "guest/model/network_settings.h"
#include "guest/model/script_settings.h"
#include "guest/model/user_data_settings.h"
#include "guest/model/user_settings.h"
#include "guest/user_data/user_data.h"

namespace onectx {
namespace {

bool is_given(const Context& context, std::string_view variable)
{
    return !trim(value_of(context, variable).value_or("")).empty();
}

// The second is what the first CDs called it. The third is a name where a metadata service gives
// one, and YES or NO elsewhere.
std::string variable_of_name(const Context& context)
{
    if (value_of(context, "SET_HOSTNAME")) return "SET_HOSTNAME";
    const bool is_name = is_given(context, "EC2_HOSTNAME") &&
                         !parse_boolean(value_of(context, "EC2_HOSTNAME").value_or(""));
    return is_name && !is_given(context, "HOSTNAME") ? "EC2_HOSTNAME" : "HOSTNAME";
}

std::optional<HostnameWish> read_hostname(const Context& context, std::vector<Problem>& problems)
{
    const auto variable = variable_of_name(context);
    auto text = trim(value_of(context, variable).value_or(""));
    if (text.empty()) return std::nullopt;
    auto name = clean_host_name(text);
    if (!name) {
        problems.push_back(
            {variable, shown(text) + " holds nothing that a host name can be made of", true});
        return std::nullopt;
    }
    if (is_localhost(name->host)) {
        problems.push_back({variable, "localhost is no host name of a machine", true});
        return std::nullopt;
    }
    if (full_name(*name) != text)
        problems.push_back(
            {variable,
             shown(text) + " is no host name; " + shown(full_name(*name)) + " is used instead",
             false});
    return HostnameWish{name->host, name->domain};
}

// A name that was given and refused is not made up for.
std::optional<NameOfAddress> read_name_of_address(const Context& context, const Refusals& refusals,
                                                  std::vector<Problem>& problems)
{
    for (const auto* given : {"SET_HOSTNAME", "HOSTNAME"})
        if (refusals.names.contains(given) || is_given(context, given)) return std::nullopt;
    if (variable_of_name(context) == "EC2_HOSTNAME") return std::nullopt;
    const NameOfAddress name{.dns = read_flag(context, "DNS_HOSTNAME", false, problems),
                             .ec2 = read_flag(context, "EC2_HOSTNAME", false, problems)};
    return name.dns || name.ec2 ? std::optional(name) : std::nullopt;
}

std::string read_vmid(const Context& context, std::vector<Problem>& problems)
{
    auto text = trim(value_of(context, "VMID").value_or(""));
    if (text.empty() || parse_number(text, 0, UINT64_MAX)) return std::string(text);
    problems.push_back({"VMID", shown(text) + " is no number; ignored", false});
    return "";
}

}  // namespace

Settings make_settings(const Context& given, const Policy& policy, const Refusals& refusals)
{
    Settings settings;
    CloudConfig user_data;
    if (is_on(policy.user_data)) user_data = read_user_data(given, refusals, settings.problems);
    const auto before = settings.problems.size();
    const auto context = with_user_data(given, user_data, refusals, settings.problems);
    settings.said = said_of_domains(context, refusals);
    settings.vmid = read_vmid(context, settings.problems);
    if (is_on(policy.hostname)) {
        settings.hostname = read_hostname(context, settings.problems);
        take_host_name(given, user_data, settings);
        settings.name_of_address = read_name_of_address(context, refusals, settings.problems);
    }
    read_user_settings(context, policy, refusals, settings);
    take_user_data(given, user_data, policy, settings);
    read_script_settings(context, policy, refusals, settings);
    settings.variables = given;
    settings.swap.ignore =
        !is_on(policy.swap) || read_flag(context, "IGNORE_SWAP", false, settings.problems);
    settings.system = read_system(context, settings.problems);
    settings.router = read_router(context, settings.problems);
    read_disk_wishes(context, policy, refusals, settings);
    if (is_on(policy.network)) {
        settings.network = make_network(context, policy, settings.problems);
        if (settings.network) settings.network->complete = !refusals.any;
        auto type = trim(value_of(context, "NETCFG_TYPE").value_or(""));
        if (!type.empty()) settings.network_backend = to_lower(type);
        settings.netplan_renderer = trim(value_of(context, "NETCFG_NETPLAN_RENDERER").value_or(""));
    }
    name_user_data(given, user_data, before, settings.problems);
    return settings;
}

}  // namespace onectx
