// Rules on where disks and the context CD appear in the machine (reference 1.8 and 1.10).
#include <map>
#include <string>

#include "common/text.h"
#include "host/hypervisor/disk_target.h"
#include "host/lint/rules.h"
#include "host/template_lookup.h"
#include "host/vm_devices.h"

namespace onectx::lint {
namespace {

bool on_xen(const Subject& subject)
{
    return subject.platform.hypervisor && is_xen(*subject.platform.hypervisor);
}

// Whether libvirt's rules hold: KVM, or nobody said what it is.
bool on_kvm(const Subject& subject)
{
    return subject.platform.hypervisor.value_or(Hypervisor::kvm) == Hypervisor::kvm &&
           !subject.platform.toolstack;
}

// The TARGET of a section that is one, with its item; absent without or when it is none.
struct Target {
    const TemplateItem* item;
    DiskTarget disk;
};

std::optional<Target> target_of(const Section& section)
{
    const auto* item = find_item(*section.items, "TARGET");
    auto value = item ? fixed_value(*item) : std::nullopt;
    auto disk = value ? parse_disk_target(*value) : std::nullopt;
    if (!disk) return std::nullopt;
    return Target{item, *std::move(disk)};
}

// The prefix that a disk will have, and the item that says so.
struct Prefix {
    const TemplateItem* item;
    std::string text;
};

std::optional<Prefix> prefix_of(const Section& section)
{
    if (auto target = target_of(section)) return Prefix{target->item, target->disk.prefix};
    const auto* item = find_item(*section.items, "DEV_PREFIX");
    auto value = item ? fixed_value(*item) : std::nullopt;
    if (!value) return std::nullopt;
    return Prefix{item, std::string(*value)};
}

bool is_cd(const Section& disk)
{
    return equals_ignoring_case(value_or_empty(*disk.items, "TYPE"), "CDROM") ||
           equals_ignoring_case(value_or_empty(*disk.items, "IMAGE_TYPE"), "CDROM");
}

// All sections that stand for a disk of the machine: the DISKs, then the context.
std::vector<Section> all_disks(const Subject& subject)
{
    auto sections = subject.disks;
    if (!subject.contexts.empty()) sections.push_back(subject.contexts.front());
    return sections;
}

std::string_view machine_word(Machine machine)
{
    if (machine == Machine::q35) return "q35";
    return machine == Machine::virt ? "virt" : "pc";
}

std::string with_colon(std::string_view driver)
{
    return std::string(driver) + (driver.ends_with(':') ? "" : ":");
}

}  // namespace

void check_target(const Subject& subject, Report& report)
{
    for (const auto& section : all_disks(subject)) {
        const auto* item = find_item(*section.items, "TARGET");
        auto value = item ? fixed_value(*item) : std::nullopt;
        if (!value || parse_disk_target(*value)) continue;
        report.add(item->place, "TARGET " + shown(*value) + " names no disk",
                   "write a name such as hda, sdb, vdc or xvdd");
    }
}

void check_duplicate_target(const Subject& subject, Report& report)
{
    std::map<std::string, const TemplateItem*> used;
    for (const auto& section : all_disks(subject)) {
        auto target = target_of(section);
        if (!target) continue;
        auto [first, is_new] = used.emplace(device_name(target->disk), target->item);
        if (is_new) continue;
        report.add(target->item->place,
                   "TARGET " + first->first + " is given to a disk already, in line " +
                       std::to_string(first->second->place.line),
                   "take another letter, or leave TARGET out");
    }
}

void check_target_type(const Subject& subject, Report& report)
{
    auto hypervisor = subject.platform.hypervisor;
    if (hypervisor != Hypervisor::kvm && hypervisor != Hypervisor::vmware) return;
    for (const auto& section : all_disks(subject)) {
        auto target = target_of(section);
        if (!target || target->disk.device_type.empty()) continue;
        report.add(target->item->place,
                   "TARGET " + shown(target->item->value) + ": ':" + target->disk.device_type +
                       "' is of Xen, this hypervisor does not know it",
                   "write " + device_name(target->disk));
    }
}

void check_xen_cdrom(const Subject& subject, Report& report)
{
    if (!on_xen(subject) || subject.contexts.empty()) return;
    auto target = target_of(subject.contexts.front());
    if (!target || target->disk.device_type == "cdrom") return;
    report.add(target->item->place,
               "TARGET " + shown(target->item->value) +
                   ": the machine gets a hard disk of it, and looks for the CD in vain",
               "write TARGET = \"" + device_name(target->disk) + ":cdrom\"");
}

void check_xen_letter(const Subject& subject, Report& report)
{
    if (!on_xen(subject)) return;
    for (const auto& section : all_disks(subject)) {
        auto target = target_of(section);
        if (!target || target->disk.index < xen_letters(target->disk.prefix)) continue;
        report.add(target->item->place, "Xen has no disk " + device_name(target->disk),
                   "use hda to hdt, sda to sdiv or xvda to xvdp");
    }
}

void check_xen_raw(const Subject& subject, Report& report)
{
    if (toolstack_of(subject.platform) != Toolstack::xm) return;
    const std::string fix =
        "write DRIVER = \"file:\" for a file, \"phy:\" for a block device, or use xl";
    for (const auto& section : all_disks(subject)) {
        const auto* item = find_item(*section.items, "DRIVER");
        if (item && with_colon(trim(item->value)) == "raw:") {
            report.add(item->place,
                       "DRIVER raw: xend refuses it (Block device type \"raw\" is invalid)", fix);
        }
    }
    if (subject.platform.hypervisor != Hypervisor::xen4 || subject.contexts.empty()) return;
    const auto& context = subject.contexts.front();
    if (!value_or_empty(*context.items, "DRIVER").empty()) return;
    report.add(place_of(context),
               "no DRIVER: the xen4 drivers write raw:, and xend refuses it (Block device type "
               "\"raw\" is invalid)",
               fix);
}

void check_xen_phy(const Subject& subject, Report& report)
{
    bool is_xm = toolstack_of(subject.platform) == Toolstack::xm;
    if (!is_xm || subject.contexts.empty()) return;
    const auto* item = find_item(*subject.contexts.front().items, "DRIVER");
    if (!item || with_colon(trim(item->value)) != "phy:") return;
    report.add(item->place,
               "DRIVER phy: the context is a file, and phy wants a block device (Device ... (vbd) "
               "could not be connected)",
               "write DRIVER = \"file:\"");
}

void check_ide_on_machine(const Subject& subject, Report& report)
{
    if (!on_kvm(subject) || subject.machine == Machine::pc) return;
    for (const auto& disk : subject.disks) {
        auto prefix = prefix_of(disk);
        if (!prefix || prefix->text != "hd") continue;
        report.add(prefix->item->place,
                   prefix->item->key + ' ' + shown(prefix->item->value) + " wants IDE, and a " +
                       std::string(machine_word(subject.machine)) + " machine has none",
                   "use sd (SATA) or vd (virtio)");
    }
}

void check_context_bus(const Subject& subject, Report& report)
{
    if (!on_kvm(subject) || subject.contexts.empty()) return;
    auto prefix = prefix_of(subject.contexts.front());
    std::string wanted = subject.machine == Machine::pc ? "hd" : "sd";
    if (!prefix || prefix->text == wanted) return;
    report.add(prefix->item->place,
               prefix->item->key + ' ' + shown(prefix->item->value) + ": the context of a " +
                   std::string(machine_word(subject.machine)) + " machine is on " +
                   (wanted == "hd" ? "IDE" : "SATA") + ", whatever its name says",
               "leave TARGET and DEV_PREFIX out, or use " + wanted);
}

void check_cd_bus(const Subject& subject, Report& report)
{
    if (!on_kvm(subject)) return;
    for (const auto& disk : subject.disks) {
        auto prefix = prefix_of(disk);
        if (!is_cd(disk) || !prefix || prefix->text != "vd") continue;
        report.add(prefix->item->place, "there is no CD drive on virtio",
                   std::string("use ") + (subject.machine == Machine::pc ? "hd" : "sd"));
    }
}

void check_too_many_disks(const Subject& subject, Report& report)
{
    constexpr std::size_t kMaxIde = 4, kMaxScsi = 256;
    if (!on_kvm(subject)) return;
    std::map<std::string, std::size_t> counts;
    for (const auto& section : all_disks(subject)) {
        auto prefix = prefix_of(section);
        if (!prefix) continue;
        auto count = ++counts[prefix->text];
        bool is_ide = prefix->text == "hd" && subject.machine == Machine::pc;
        auto limit = is_ide ? kMaxIde : kMaxScsi;
        if (count != limit + 1 || (!is_ide && prefix->text != "sd")) continue;
        report.add(prefix->item->place,
                   "more than " + std::to_string(limit) + " disks with " + prefix->text,
                   is_ide ? "use sd (SCSI) or vd (virtio) for the others" : "use fewer disks");
    }
}

}  // namespace onectx::lint
