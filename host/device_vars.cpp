// See device_vars.h.
#include "host/device_vars.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "common/limits.h"
#include "common/text.h"
#include "host/records.h"
#include "host/vm_devices.h"

namespace onectx {
namespace {

void add(VarMap& vars, std::string name, std::string_view value)
{
    if (!value.empty()) vars.insert_or_assign(std::move(name), std::string(value));
}

std::string value_or(const TemplateVector& vector, std::string_view key, std::string fallback)
{
    auto value = value_or_empty(vector, key);
    return value.empty() ? std::move(fallback) : std::string(value);
}

void add_pci_addresses(VarMap& vars, const Template& vm)
{
    for (const auto* pci : vectors_named(vm, "PCI")) {
        if (auto id = parse_number(value_or_empty(*pci, "PCI_ID"), 0, kMaxVariables))
            add(vars, "PCI" + std::to_string(*id) + "_ADDRESS", value_or_empty(*pci, "VM_ADDRESS"));
    }
}

void add_file_systems(VarMap& vars, const Template& vm)
{
    for (const auto* disk : vectors_named(vm, "DISK")) {
        auto id = parse_number(value_or_empty(*disk, "DISK_ID"), 0, kMaxVariables);
        if (!id || !equals_ignoring_case(value_or_empty(*disk, "TYPE"), "FILESYSTEM")) continue;
        auto prefix = "DISK" + std::to_string(*id) + "_";
        std::string image(value_or_empty(*disk, "IMAGE_ID"));
        add(vars, prefix + "MOUNT_TAG", value_or(*disk, "MOUNT_TAG", "one-tag-" + image));
        add(vars, prefix + "MOUNT_POINT", value_or(*disk, "MOUNT_POINT", "/mnt/one-fs-" + image));
    }
}

bool has_sata_only(const Template& vm)
{
    auto systems = vectors_named(vm, "OS");
    if (systems.empty()) return false;
    auto machine = to_lower(value_or_empty(*systems.front(), "MACHINE"));
    return machine.find("q35") != std::string::npos || machine.find("virt") != std::string::npos;
}

// 0 is a, 25 is z, 26 is aa.
std::string device_letters(std::size_t number)
{
    std::string letters;
    for (++number; number > 0; number = (number - 1) / 26)
        letters.insert(letters.begin(), static_cast<char>('a' + (number - 1) % 26));
    return letters;
}

class Targets {
  public:
    void take(std::string_view target) { taken_.emplace(target); }

    std::string take_first_free(std::string_view prefix)
    {
        for (std::size_t number = 0;; ++number) {  // ends: one more than are taken is enough
            auto target = std::string(prefix) + device_letters(number);
            if (taken_.insert(target).second) return target;
        }
    }

  private:
    std::set<std::string, std::less<>> taken_;
};

bool is_cdrom(const TemplateVector& disk)
{
    return equals_ignoring_case(value_or_empty(disk, "TYPE"), "CDROM");
}

// The order of OpenNebula: targets that are given, the first image that is no CD, CDs, the context,
// and behind it all others, which therefore take nothing away from it.
std::string context_target(const std::vector<const TemplateVector*>& disks, std::string_view prefix)
{
    Targets targets;
    std::vector<const TemplateVector*> before;
    for (const auto* disk : disks) {
        auto target = value_or_empty(*disk, "TARGET");
        if (!target.empty())
            targets.take(target);
        else if (is_cdrom(*disk))
            before.push_back(disk);
    }
    auto system = std::find_if(disks.begin(), disks.end(), [](const TemplateVector* disk) {
        return !is_cdrom(*disk) &&
               (find_value(*disk, "IMAGE") != nullptr || find_value(*disk, "IMAGE_ID") != nullptr);
    });
    if (system != disks.end() && value_or_empty(**system, "TARGET").empty())
        before.insert(before.begin(), *system);
    for (const auto* disk : before) {
        auto own = value_or_empty(*disk, "DEV_PREFIX");
        if (!own.empty() || is_cdrom(*disk)) targets.take_first_free(own.empty() ? prefix : own);
    }
    return targets.take_first_free(prefix);
}

}  // namespace

VarMap device_vars(const Template& vm)
{
    VarMap vars;
    add_pci_addresses(vars, vm);
    add_file_systems(vars, vm);
    for (std::string_view name :
         {"VROUTER_ID", "VROUTER_KEEPALIVED_ID", "VROUTER_KEEPALIVED_PASSWORD"}) {
        if (const auto* value = find_value(vm, name)) add(vars, std::string(name), *value);
    }
    return vars;
}

VarMap context_disk_vars(const Template& vm, std::string_view prefix)
{
    auto disks = vectors_named(vm, "DISK");
    auto used = std::string(!prefix.empty() ? prefix : has_sata_only(vm) ? "sd" : "hd");
    VarMap vars{{"DISK_ID", std::to_string(disks.size())}, {"TARGET", context_target(disks, used)}};
    if (auto contexts = vectors_named(vm, "CONTEXT"); !contexts.empty()) {
        add(vars, "DISK_ID", value_or_empty(*contexts.front(), "DISK_ID"));
        add(vars, "TARGET", value_or_empty(*contexts.front(), "TARGET"));
    }
    return vars;
}

}  // namespace onectx
