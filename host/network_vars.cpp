// See network_vars.h.
#include "host/network_vars.h"

#include <array>
#include <optional>
#include <utility>

#include "common/limits.h"
#include "common/text.h"
#include "host/references.h"
#include "host/vm_devices.h"

namespace onectx {
namespace {

struct Suffix {
    std::string_view name;
    std::string_view attribute;
    std::string_view alternative;  // of the NIC, when it does not have the attribute
    bool from_network;             // whether address range and network may say it
};

constexpr std::array<Suffix, 22> kSuffixes{{
    {"IP", "IP", "", false},
    {"MAC", "MAC", "", false},
    {"MASK", "NETWORK_MASK", "", true},
    {"NETWORK", "NETWORK_ADDRESS", "", true},
    {"GATEWAY", "GATEWAY", "", true},
    {"DNS", "DNS", "", true},
    {"SEARCH_DOMAIN", "SEARCH_DOMAIN", "", true},
    {"MTU", "GUEST_MTU", "", true},
    {"METRIC", "METRIC", "", true},
    {"METHOD", "METHOD", "", true},
    {"VLAN_ID", "VLAN_ID", "", true},
    {"VROUTER_IP", "VROUTER_IP", "", false},
    {"VROUTER_MANAGEMENT", "VROUTER_MANAGEMENT", "", false},
    {"EXTERNAL", "EXTERNAL", "", false},
    {"ROUTES", "ROUTES", "", true},
    {"IP6", "IP6_GLOBAL", "IP6", false},
    {"IP6_ULA", "IP6_ULA", "", false},
    {"IP6_GATEWAY", "GATEWAY6", "", true},
    {"IP6_METRIC", "IP6_METRIC", "", true},
    {"IP6_METHOD", "IP6_METHOD", "", true},
    {"IP6_PREFIX_LENGTH", "PREFIX_LENGTH", "", true},
    {"VROUTER_IP6", "VROUTER_IP6_GLOBAL", "VROUTER_IP6", false},
}};

// The number that a device has, when it can be part of a name.
std::optional<std::string> number_of(const TemplateVector& device, std::string_view key)
{
    auto number = parse_number(value_or_empty(device, key), 0, kMaxVariables);
    if (!number) return std::nullopt;
    return std::to_string(*number);
}

bool waits_for_network(const TemplateVector& nic)
{
    return equals_ignoring_case(value_or_empty(nic, "NETWORK_MODE"), "AUTO") &&
           value_or_empty(nic, "NETWORK_ID").empty();
}

class Generator {
  public:
    Generator(const std::vector<Record>& networks, EmptyVars empty)
        : networks_(networks), empty_(empty)
    {
    }

    void add_nics(const std::vector<const TemplateVector*>& nics);
    void add_aliases(const std::vector<const TemplateVector*>& aliases);
    void add_pci_nics(const std::vector<const TemplateVector*>& pcis);
    GeneratedVars take() { return std::move(result_); }

  private:
    void add_nic(const TemplateVector& nic, const std::string& prefix);
    void leave_out(std::string message);

    const std::vector<Record>& networks_;
    EmptyVars empty_;
    GeneratedVars result_;
};

void Generator::add_nics(const std::vector<const TemplateVector*>& nics)
{
    std::size_t count = 0;
    for (const auto* nic : nics) {
        if (waits_for_network(*nic)) continue;
        if (++count > kMaxNics)
            return leave_out("more than " + std::to_string(kMaxNics) +
                             " NICs; the rest is left out");
        auto id = number_of(*nic, "NIC_ID");
        if (id)
            add_nic(*nic, "ETH" + *id + "_");
        else
            leave_out("a NIC whose NIC_ID is no number is left out");
    }
}

void Generator::add_aliases(const std::vector<const TemplateVector*>& aliases)
{
    std::map<std::string, std::size_t, std::less<>> counts;
    for (const auto* alias : aliases) {
        if (waits_for_network(*alias)) continue;
        auto parent = number_of(*alias, "PARENT_ID");
        auto id = number_of(*alias, "ALIAS_ID");
        if (!parent || !id) {
            leave_out("NIC_ALIAS: no NIC is named " + shown(value_or_empty(*alias, "PARENT")) +
                      "; left out");
        } else if (++counts[*parent] > kMaxAliases) {
            leave_out("ETH" + *parent + " has more than " + std::to_string(kMaxAliases) +
                      " aliases; the rest is left out");
        } else {
            add_nic(*alias, "ETH" + *parent + "_ALIAS" + *id + "_");
        }
    }
}

void Generator::add_nic(const TemplateVector& nic, const std::string& prefix)
{
    const auto* network = find_network(networks_, nic);
    const auto* range = network ? find_range(*network, nic) : nullptr;
    // OpenNebula asks the network only for a NIC whose address came from a range.
    if (empty_ == EmptyVars::kept && !range) network = nullptr;
    for (const auto& suffix : kSuffixes) {
        auto value = value_or_empty(nic, suffix.attribute);
        if (value.empty()) value = value_or_empty(nic, suffix.alternative);
        if (value.empty() && suffix.from_network && network) {
            if (const auto* found = find_network_value(*network, range, suffix.attribute))
                value = *found;
        }
        if (!value.empty() || empty_ == EmptyVars::kept)
            result_.values.insert_or_assign(prefix + std::string(suffix.name), std::string(value));
    }
}

// Passed-through NICs have their own attributes only, and what is empty is never written.
void Generator::add_pci_nics(const std::vector<const TemplateVector*>& pcis)
{
    std::size_t count = 0;
    for (const auto* pci : pcis) {
        auto id = number_of(*pci, "PCI_ID");
        if (!id || !equals_ignoring_case(value_or_empty(*pci, "TYPE"), "NIC")) continue;
        if (++count > kMaxNics) return;
        for (const auto& suffix : kSuffixes) {
            auto value = value_or_empty(*pci, suffix.attribute);
            if (value.empty()) value = value_or_empty(*pci, suffix.alternative);
            if (!value.empty())
                result_.values.emplace("PCI" + *id + "_" + std::string(suffix.name), value);
        }
    }
}

void Generator::leave_out(std::string message)
{
    if (result_.warnings.size() < kMaxDiagnostics) result_.warnings.push_back(std::move(message));
}

}  // namespace

GeneratedVars network_vars(const Template& vm, const std::vector<Record>& networks, EmptyVars empty)
{
    Generator generator(networks, empty);
    generator.add_nics(vectors_named(vm, "NIC"));
    generator.add_aliases(vectors_named(vm, "NIC_ALIAS"));
    generator.add_pci_nics(vectors_named(vm, "PCI"));
    return generator.take();
}

std::vector<std::string> merge_generated(Context& context, VarMap generated)
{
    std::vector<std::string> replaced;
    for (auto& [name, value] : generated) {
        auto given = value_of(context, name);
        if (given && *given != value) replaced.push_back(name);
        context.insert_or_assign(name, ContextValue{std::move(value), 0});
    }
    return replaced;
}

}  // namespace onectx
