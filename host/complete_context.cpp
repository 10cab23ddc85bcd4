// See complete_context.h.
#include "host/complete_context.h"

#include <algorithm>
#include <utility>

#include "common/result.h"
#include "common/text.h"
#include "host/device_vars.h"
#include "host/files_ds.h"
#include "host/network_vars.h"
#include "host/vm_devices.h"

namespace onectx {
namespace {

bool is_unset(const std::optional<std::string>& field)
{
    return !field || field->empty();
}

void fill(std::optional<std::string>& field, const std::optional<std::string>& other)
{
    if (is_unset(field)) field = other;
}

std::optional<std::string> single_of(const Template& parsed, std::string_view name)
{
    const auto* value = find_value(parsed, name);
    return value ? std::optional(*value) : std::nullopt;
}

// Number, name and owner of a stored template, or of no machine at all, are not the machine's.
Record machine_of_template(const Record& input, const std::optional<std::string>& vmid)
{
    auto machine = input;
    if (input.kind == RecordKind::vm) return machine;
    machine.id = single_of(input.attributes, "VMID");
    if (input.kind == RecordKind::bare) return machine;
    fill(machine.id, vmid);
    machine.name.reset();
    if (!is_unset(input.name) && !is_unset(machine.id))
        machine.name = *input.name + '-' + *machine.id;
    machine.uid = machine.uname = machine.gid = machine.gname = std::nullopt;
    return machine;
}

void put_ids(Record& machine, const MachineIds& ids)
{
    auto put = [](std::optional<std::string>& field, const std::optional<std::string>& value) {
        if (value) field = value;
    };
    put(machine.id, ids.vmid);
    put(machine.name, ids.name);
    put(machine.uid, ids.uid);
    put(machine.uname, ids.uname);
    put(machine.gid, ids.gid);
    put(machine.gname, ids.gname);
    put(machine.stime, ids.stime);
}

void add_owner(Record& machine, const Record& user)
{
    fill(machine.uid, user.id);
    fill(machine.uname, user.name);
    fill(machine.gid, user.gid);
    fill(machine.gname, user.gname);
}

bool wants_network(const Context& context, const ValueSettings& settings, ContextWarnings& warnings)
{
    auto value = value_of(context, "NETWORK");
    if (!value) return false;
    if (settings.compat) return equals_ignoring_case(*value, "YES");
    auto flag = parse_boolean(*value);
    if (!flag) warnings.add("NETWORK", "expected YES or NO; taken as NO");
    return flag.value_or(false);
}

bool has_mac(const Context& context)
{
    return std::any_of(context.begin(), context.end(), [](const auto& var) {
        return var.first.ends_with("_MAC") && !var.second.text.empty();
    });
}

void merge(Context& context, VarMap generated, ContextWarnings& warnings)
{
    for (const auto& name : merge_generated(context, std::move(generated))) {
        warnings.add(
            name, "replaced by what the machine's record says; --set " + name + "=VALUE would win");
    }
}

void add_network(Context& context, const Records& records, const ValueSettings& settings,
                 ContextWarnings& warnings)
{
    auto empty = settings.compat ? EmptyVars::kept : EmptyVars::left_out;
    auto [values, complaints] = network_vars(records.vm.attributes, records.networks, empty);
    for (const auto& complaint : complaints)
        warnings.add("NETWORK", complaint);
    merge(context, std::move(values), warnings);
    if (!has_mac(context)) {
        warnings.add("NETWORK",
                     "no NIC has a MAC yet, by which a guest finds it; a machine has one (--vm)");
    }
}

std::expected<void, Diagnostic> resolve_files(Context& context, const Records& records,
                                              const ContextWarnings& warnings)
{
    auto found = context.find("FILES_DS");
    if (found == context.end()) return {};
    auto& value = found->second.text;
    auto files = resolve_files_ds(value, records.images, {records.vm.uid, records.vm.uname});
    if (!files) return std::unexpected(warnings.complain("FILES_DS", files.error().message));
    value = *std::move(files);
    return {};
}

// What the user wrote stays: it is what the disk was or will be made with.
void add_context_disk(Context& context, const Template& vm)
{
    auto prefix = value_of(context, "DEV_PREFIX").value_or("");
    for (auto& [name, value] : context_disk_vars(vm, prefix)) {
        if (!value_of(context, name)) context.insert_or_assign(name, ContextValue{value, 0});
    }
}

}  // namespace

Records gather_records(const Record& input, std::optional<Record> vm, std::optional<Record> user,
                       std::vector<Record> networks, std::vector<Record> images,
                       const MachineIds& ids)
{
    bool is_machine = vm || input.kind == RecordKind::vm;
    Records records{.vm = vm ? *std::move(vm) : machine_of_template(input, ids.vmid),
                    .is_machine = is_machine,
                    .user = std::move(user),
                    .networks = std::move(networks),
                    .images = std::move(images)};
    auto& machine = records.vm;
    put_ids(machine, ids);
    fill(machine.id, single_of(machine.attributes, "VMID"));
    if (is_unset(machine.name) && !is_unset(machine.id)) machine.name = "one-" + *machine.id;
    if (records.user) add_owner(machine, *records.user);
    number_devices(machine.attributes);
    for (auto& network : records.networks)
        number_ranges(network.address_ranges);
    return records;
}

std::expected<void, Diagnostic> complete_context(Context& context, const Records& records,
                                                 const ValueSettings& settings,
                                                 ContextWarnings& warnings)
{
    TRY(substitute_values(context, RecordResolver(records, settings.compat), settings, warnings));
    TRY(resolve_files(context, records, warnings));
    if (wants_network(context, settings, warnings))
        add_network(context, records, settings, warnings);
    merge(context, device_vars(records.vm.attributes), warnings);
    if (records.is_machine) add_context_disk(context, records.vm.attributes);
    return {};
}

}  // namespace onectx
