// Rules on the names of variables, and on those that OpenNebula itself makes something of.
#include <algorithm>
#include <array>
#include <string>

#include "common/text.h"
#include "host/lint/rules.h"

namespace onectx::lint {
namespace {

constexpr std::size_t kMaxJudgedNames = 1000;  // unknown names that are compared with known ones

bool is_environment_name(std::string_view name)
{
    constexpr std::array<std::string_view, 13> kNames{
        "PATH", "IFS",   "ENV",     "BASH_ENV",  "HOME",     "SHELL",      "USER",
        "PS4",  "SHLVL", "TMP_DIR", "MOUNT_DIR", "ENV_FILE", "RUNTIME_DIR"};
    return std::find(kNames.begin(), kNames.end(), name) != kNames.end() ||
           name.starts_with("LD_") || name.starts_with("PYTHON");
}

bool is_own(const Variable& variable)
{
    return !variable.known && is_shell_name(variable.item->key) &&
           !is_environment_name(variable.item->key);
}

// NETWORK and TOKEN: OpenNebula knows YES alone; whoever wrote another word meant something too.
void check_yes(const Subject& subject, std::string_view name, std::string_view effect,
               Report& report)
{
    auto found = subject.by_name.find(name);
    if (found == subject.by_name.end()) return;
    const auto& item = *found->second;
    auto value = trim(item.value);
    bool is_no = value.empty() || parse_boolean(value) == false;
    if (is_no || equals_ignoring_case(value, "YES")) return;
    report.add(item.place,
               std::string(name) + ' ' + shown(value) + ": OpenNebula knows only YES, so " +
                   std::string(effect),
               "write " + std::string(name) + " = \"YES\"");
}

}  // namespace

void check_misspelt_variable(const Subject& subject, Report& report)
{
    std::size_t judged = 0;
    for (const auto& variable : subject.variables) {
        if (!is_own(variable)) continue;
        if (++judged > kMaxJudgedNames) return;
        auto nearest = nearest_known_variable(variable.item->key);
        if (!nearest) continue;
        report.add(variable.item->place,
                   "nothing reads " + shown(variable.item->key) + "; was " + *nearest + " meant?",
                   "write " + *nearest + ", or give a variable of your own another name");
    }
}

void check_unknown_variable(const Subject& subject, Report& report)
{
    std::size_t judged = 0;
    for (const auto& variable : subject.variables) {
        if (!is_own(variable)) continue;
        if (++judged <= kMaxJudgedNames && nearest_known_variable(variable.item->key)) continue;
        report.add(variable.item->place,
                   shown(variable.item->key) + " has no meaning but for scripts of your own",
                   "nothing to do when a script reads it");
    }
}

void check_old_variable(const Subject& subject, Report& report)
{
    for (const auto& [item, known] : subject.variables) {
        bool is_read = known && known->reader != VariableReader::nobody;
        if (!known || (is_read && known->instead.empty())) continue;
        auto instead = std::string(known->instead);
        if (auto x = instead.find('x'); x != std::string::npos) instead[x] = '0';
        report.add(item->place,
                   is_read ? item->key + " is an old name, which few guests read"
                           : "no guest reads " + item->key + " any more",
                   instead.empty() ? "remove it" : "use " + instead + " instead");
    }
}

void check_environment_name(const Subject& subject, Report& report)
{
    for (const auto& [item, known] : subject.variables) {
        if (!is_environment_name(item->key)) continue;
        report.add(item->place,
                   item->key +
                       " is a variable of the system: set in a context, it breaks the "
                       "scripts of guests that hand it on",
                   "give it another name");
    }
}

void check_host_only_key(const Subject& subject, Report& report)
{
    for (std::string_view name : {"FILES", "FILES_DS"}) {
        auto found = subject.by_name.find(name);
        if (found == subject.by_name.end() || found->second->value.empty()) continue;
        report.add(found->second->place,
                   found->second->key + " shows the paths of the host to the machine",
                   "nothing to do where paths are no secret");
    }
}

void check_generated_variable(const Subject& subject, Report& report)
{
    if (!has_generated_network(subject)) return;
    for (const auto& [item, known] : subject.variables) {
        if (!known || !known->name.starts_with("ETHx_")) continue;
        report.add(item->place,
                   "NETWORK = YES makes " + item->key + " too, and OpenNebula's value wins",
                   "set it in the NIC or in the virtual network, or drop NETWORK");
    }
}

void check_network_not_yes(const Subject& subject, Report& report)
{
    check_yes(subject, "NETWORK", "no ETHx variables are made", report);
    if (subject.nics.empty() || subject.contexts.empty() || subject.by_name.contains("NETWORK"))
        return;
    auto is_eth = [](const auto& one) { return one.known && one.known->name.starts_with("ETHx"); };
    const auto& variables = subject.variables;
    if (std::any_of(variables.begin(), variables.end(), is_eth)) return;
    report.add(place_of(subject.contexts.front()),
               "the machine has a NIC, and its context says nothing of it: NETWORK is not set",
               "write NETWORK = \"YES\", or NETWORK = \"NO\" when that is meant");
}

void check_token_not_yes(const Subject& subject, Report& report)
{
    check_yes(subject, "TOKEN", "there is no token for OneGate", report);
}

void check_file_list(const Subject& subject, Report& report)
{
    for (const auto& [name, message] : subject.file_complaints) {
        report.add(subject.by_name.at(name)->place, name + ": " + message,
                   "name files that are there, one a name; --file of build adds others");
    }
}

}  // namespace onectx::lint
