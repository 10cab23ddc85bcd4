// See context_disk.h.
#include "host/hypervisor/context_disk.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "common/shell_vars.h"
#include "common/text.h"

namespace onectx {
namespace {

std::string xml_text(std::string_view text)
{
    std::string result;
    for (char c : text) {
        switch (c) {
            case '&': result += "&amp;"; break;
            case '<': result += "&lt;"; break;
            case '>': result += "&gt;"; break;
            case '\'': result += "&apos;"; break;
            default: result += c;
        }
    }
    return result;
}

// The chipset decides, whatever TARGET says (reference 1.10): q35 and virt have no IDE.
std::string_view libvirt_bus(Machine machine)
{
    return machine == Machine::pc ? "ide" : "sata";
}

std::string_view prefix_of_bus(Machine machine)
{
    return machine == Machine::pc ? "hd" : "sd";
}

Result<DiskText> describe_for_kvm(const ContextDisk& disk)
{
    DiskText result;
    auto name = device_name(disk.target);
    auto bus = libvirt_bus(disk.machine);
    std::string_view type = disk.is_block_device ? "block" : "file";
    std::string_view attribute = disk.is_block_device ? "dev" : "file";
    if (disk.target.prefix != prefix_of_bus(disk.machine)) {
        result.warnings.push_back("TARGET " + name + " does not go with the bus of this machine, " +
                                  std::string(bus) + ": the name in the machine will be another");
    }
    if (!disk.target.device_type.empty()) {
        result.warnings.push_back("TARGET: libvirt knows no ':" + disk.target.device_type +
                                  "'; left out");
    }
    result.text = "<disk type='" + std::string(type) + "' device='cdrom'>\n";
    result.text += "    <source " + std::string(attribute) + "='" + xml_text(disk.source) + "'/>\n";
    result.text += "    <target dev='" + name + "' bus='" + std::string(bus) + "'/>\n";
    result.text += "    <readonly/>\n";
    result.text += "    <driver name='qemu' type='raw' cache='none'/>\n";
    result.text += "</disk>\n";
    return result;
}

Result<void> check_xen_target(const DiskTarget& target)
{
    if (target.index < xen_letters(target.prefix)) return {};
    return fail("TARGET: Xen has no disk " + device_name(target) +
                " (hda to hdt, sda to sdiv, xvda to xvdp)");
}

// The configuration of both toolstacks: strings in either quotes, without any escape.
Result<std::string> xen_string(const std::string& text)
{
    if (text.find('\'') == std::string::npos) return "'" + text + "'";
    if (text.find('"') == std::string::npos) return '"' + text + '"';
    return fail("--source: Xen cannot take a path with both kinds of quotes");
}

Result<std::string> xen_disk_list(const std::string& entry)
{
    return "disk = [\n    " + TRY(xen_string(entry))
    +",\n]\n";
}

// xl-disk-configuration(5): target= comes last and takes the rest, commas too.
Result<DiskText> describe_for_xl(const ContextDisk& disk)
{
    TRY(check_xen_target(disk.target));
    DiskText result;
    const auto& type = disk.target.device_type;
    if (!type.empty() && type != "cdrom")
        result.warnings.push_back("TARGET: the context is a CD; ':" + type + "' is not followed");
    result.text = TRY(xen_disk_list("format=raw,vdev=" + device_name(disk.target) +
                                    ",access=ro,devtype=cdrom,target=" + disk.source));
    return result;
}

// What xend makes a virtual disk from: `phy` a block device, the others a file (reference 1.10).
bool suits_xend(std::string_view driver, bool is_block_device)
{
    constexpr std::array<std::string_view, 3> kForFiles{"file:", "tap:aio:", "tap2:aio:"};
    if (is_block_device) return driver == "phy:";
    return std::find(kForFiles.begin(), kForFiles.end(), driver) != kForFiles.end();
}

Result<DiskText> describe_for_xm(const ContextDisk& disk)
{
    TRY(check_xen_target(disk.target));
    if (disk.source.find(',') != std::string::npos)
        return fail("--source: xend cannot take a path with a comma");
    DiskText result;
    std::string usual = disk.is_block_device ? "phy:" : "file:";
    auto driver = disk.driver;
    if (!driver.empty() && !driver.ends_with(':')) driver += ':';
    if (!driver.empty() && !suits_xend(driver, disk.is_block_device)) {
        result.warnings.push_back("DRIVER " + printable(driver) + " does not work under xm for a " +
                                  (disk.is_block_device ? "block device" : "file") + "; " + usual +
                                  " is used");
        driver.clear();
    }
    if (driver.empty()) driver = usual;
    const auto& type = disk.target.device_type;
    if (!type.empty() && type != "cdrom")
        result.warnings.push_back("TARGET: the context is a CD; ':" + type + "' is not followed");
    result.text =
        TRY(xen_disk_list(driver + disk.source + ',' + device_name(disk.target) + ":cdrom,r"));
    return result;
}

// A mount point beside the image, where OpenNebula's driver has it: DIR/mapper/NAME.
std::string mount_point_of(const std::string& source)
{
    auto slash = source.rfind('/');
    return source.substr(0, slash) + "/mapper" + source.substr(slash);
}

// lxc.container.conf(5): a line as in fstab(5), where \040 is a blank.
std::string fstab_text(std::string_view text)
{
    std::string result;
    for (char c : text) {
        if (c == ' ')
            result += "\\040";
        else if (c == '\\')
            result += "\\134";
        else
            result += c;
    }
    return result;
}

DiskText describe_for_lxc(const ContextDisk& disk)
{
    auto mount_point = mount_point_of(disk.source);
    auto quoted = quote_for_shell(mount_point);
    return {"# On the host, before the container starts:\n#   mkdir -p " + quoted +
                "\n#   mount -t iso9660 -o " + (disk.is_block_device ? "ro " : "loop,ro ") +
                quote_for_shell(disk.source) + ' ' + quoted + "\nlxc.mount.entry = " +
                fstab_text(mount_point) + " context none rbind,ro,create=dir,optional 0 0\n",
            {}};
}

DiskText describe_for_firecracker(const ContextDisk& disk)
{
    nlohmann::ordered_json drive;
    drive["drive_id"] = "context";
    drive["path_on_host"] = disk.source;
    drive["is_root_device"] = false;
    drive["is_read_only"] = true;
    return {drive.dump(2) + '\n', {}};
}

// Two disks on each IDE channel; SATA has a port for each.
Result<std::string> vmx_port(const DiskTarget& target)
{
    constexpr unsigned kIdeDisks = 4, kSataPorts = 30;
    if (target.prefix == "hd" && target.index < kIdeDisks)
        return "ide" + std::to_string(target.index / 2) + ':' + std::to_string(target.index % 2);
    if (target.prefix == "sd" && target.index < kSataPorts)
        return "sata0:" + std::to_string(target.index);
    return fail("TARGET: VMware has no CD drive " + device_name(target) + " (hda to hdd, sda to " +
                device_name({"sd", kSataPorts - 1, ""}) + ")");
}

Result<DiskText> describe_for_vmware(const ContextDisk& disk)
{
    if (disk.source.find('"') != std::string::npos)
        return fail("--source: a .vmx file cannot carry a path with a quote");
    auto port = TRY(vmx_port(disk.target));
    DiskText result;
    if (!disk.source.ends_with(".iso"))
        result.warnings.emplace_back("--source: VMware wants the name of an image to end in .iso");
    if (port.starts_with("sata")) result.text = "sata0.present = \"TRUE\"\n";
    result.text += port + ".present = \"TRUE\"\n";
    result.text += port + ".deviceType = \"cdrom-image\"\n";
    result.text += port + ".fileName = \"" + disk.source + "\"\n";
    result.text += port + ".startConnected = \"TRUE\"\n";
    return result;
}

}  // namespace

Result<DiskText> describe_context_disk(const ContextDisk& disk)
{
    if (!disk.source.starts_with('/')) return fail("--source: expected an absolute path");
    if (printable(disk.source) != disk.source)
        return fail("--source: the path holds a control character");
    switch (disk.hypervisor) {
        case Hypervisor::kvm: return describe_for_kvm(disk);
        case Hypervisor::xen3:
        case Hypervisor::xen4:
            return disk.toolstack == Toolstack::xm ? describe_for_xm(disk) : describe_for_xl(disk);
        case Hypervisor::lxc: return describe_for_lxc(disk);
        case Hypervisor::firecracker: return describe_for_firecracker(disk);
        case Hypervisor::vmware: return describe_for_vmware(disk);
    }
    return fail("unknown hypervisor");
}

}  // namespace onectx
