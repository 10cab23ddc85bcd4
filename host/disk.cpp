// See disk.h.
#include "host/disk.h"

#include <sys/stat.h>

#include <utility>

#include "common/result.h"
#include "common/text.h"
#include "host/console.h"
#include "host/hypervisor/context_disk.h"
#include "host/records.h"
#include "host/template_lookup.h"
#include "host/template_place.h"
#include "host/template_text.h"
#include "host/vm_devices.h"

namespace onectx {
namespace {

// The image may lie on another host, where only its path is known.
bool is_block_device(const std::string& path)
{
    struct stat status{};
    if (stat(path.c_str(), &status) == 0) return S_ISBLK(status.st_mode);
    return path.starts_with("/dev/");
}

std::expected<ContextDisk, Diagnostic> disk_of(const Template& parsed, std::string_view text,
                                               const DiskOptions& options, bool& is_default)
{
    auto sections = vectors_named(parsed, "CONTEXT");
    if (sections.empty()) return std::unexpected(Diagnostic{{}, "no CONTEXT section", ""});
    const auto& section = *sections.front();
    ContextDisk disk{.hypervisor = *options.platform.hypervisor,
                     .toolstack = toolstack_of(options.platform).value_or(Toolstack::xl),
                     .machine = machine_of(options.platform, parsed),
                     .source = options.source,
                     .is_block_device = is_block_device(options.source),
                     .target = {},
                     .driver = std::string(value_or_empty(section, "DRIVER"))};
    const auto* item = find_item(section, "TARGET");
    is_default = !item || item->value.empty();
    if (is_default) {
        disk.target = default_context_target(parsed, disk.machine);
        return disk;
    }
    auto target = parse_disk_target(item->value);
    if (!target) {
        return std::unexpected(complain_at(
            text, item->place, "TARGET " + shown(item->value) + " names no disk, such as hda"));
    }
    disk.target = *std::move(target);
    return disk;
}

bool has_target(Hypervisor hypervisor)
{
    return hypervisor != Hypervisor::lxc && hypervisor != Hypervisor::firecracker;
}

}  // namespace

int run_disk(const DiskOptions& options)
{
    auto text = read_template_text(options.input);
    if (!text) {
        print_error(text.error().message);
        return kExitFailed;
    }
    auto name = options.input == "-" ? "standard input" : printable(options.input);
    auto record = parse_record(*text);
    bool is_default = false;
    auto disk = record ? disk_of(record->attributes, *text, options, is_default)
                       : std::unexpected(record.error());
    if (!disk) {
        print_error(disk.error(), name);
        return kExitBadInput;
    }
    auto described = describe_context_disk(*disk);
    if (!described) {
        print_error(described.error().message);
        return described.error().message.starts_with("TARGET") ? kExitBadInput : kExitUsage;
    }
    if (is_default && has_target(disk->hypervisor)) {
        print_warning("no TARGET in the CONTEXT section; " + device_name(disk->target) +
                      " is taken, as OpenNebula does where nothing else is set");
    }
    for (const auto& warning : described->warnings)
        print_warning(warning);
    return print_output(described->text) ? kExitDone : kExitFailed;
}

}  // namespace onectx
