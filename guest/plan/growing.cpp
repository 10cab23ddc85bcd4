// File systems that take what their disk has gained: from the mount point down through sysfs, then
// upwards again, a change a layer. Each layer is judged by itself, so whatever an earlier run, or
// one that was killed, has done already is no reason to stop.
#include <algorithm>
#include <map>

#include "common/text.h"
#include "guest/model/block_stack.h"
#include "guest/model/mount_table.h"
#include "guest/plan/plan.h"
#include "guest/plan/state_record.h"

namespace onectx {
namespace {

using Kind = BlockLayer::Kind;

// Plans one stack of devices after the other into a step; a device that several file systems share
// is planned once.
class Growth {
  public:
    Growth(const PlanInput& input, PlannedStep& planned) : input_(input), planned_(planned) {}

    // The size that the device will have.
    Result<std::uint64_t> grow(const std::string& device)
    {
        const auto stack = TRY(block_stack(device, input_.tree));
        for (const auto& layer : stack)
            layers_.emplace(layer.number, layer);
        return visit(device);
    }

  private:
    std::uint64_t visit(const std::string& device)
    {
        if (const auto known = sizes_.find(device); known != sizes_.end()) return known->second;
        const auto& layer = layers_.at(device);
        sizes_[device] = layer.bytes;
        if (layer.kind == Kind::md && !is_safe(layer)) return layer.bytes;
        if (layer.kind != Kind::other)
            for (const auto& below : layer.below)
                visit(below);
        switch (layer.kind) {
            case Kind::partition: grow_partition(layer); break;
            case Kind::luks: grow_luks(layer); break;
            case Kind::lvm: grow_logical_volume(layer); break;
            case Kind::md: grow_array(layer); break;
            case Kind::disk:
            case Kind::other: break;
        }
        return sizes_[device];
    }

    void warn(std::string message) { planned_.problems.push_back({"", std::move(message), false}); }

    void run(std::vector<std::string> argv)
    {
        planned_.step.changes.emplace_back(Run{.argv = std::move(argv)});
    }

    void grow_partition(const BlockLayer& layer)
    {
        const auto found = input_.facts.storage.partitions.find(layer.number);
        if (found == input_.facts.storage.partitions.end()) return;
        const auto& room = found->second;
        const auto& disk = layers_.at(layer.below.front()).node;
        if (!room.fault.empty())
            return warn(layer.node + " is not grown: the partition table of " + disk + ": " +
                        room.fault);
        if (room.start != layer.start || room.from < layer.bytes)
            return warn(layer.node +
                        " is not grown: the kernel does not know the partition table "
                        "that is on " +
                        disk);
        if (!room.due && room.to <= layer.bytes) return;
        const auto name = disk.substr(disk.rfind('/') + 1);
        planned_.step.changes.emplace_back(
            GrowPartition{.disk = disk,
                          .number = layer.partition,
                          .from = layer.bytes,
                          .to = room.to,
                          .planned_from = room.digest,
                          .path = std::string(kStateDirectory) + "/" + name + ".sfdisk"});
        sizes_[layer.number] = room.to;
    }

    void grow_luks(const BlockLayer& layer)
    {
        if (layer.below.size() != 1) return;
        const auto found = input_.facts.storage.luks.find(layer.below.front());
        if (found == input_.facts.storage.luks.end()) return;
        const auto& volume = found->second;
        const auto below = sizes_[layer.below.front()];
        if (!volume.whole_device || below < volume.offset) return;
        auto bytes = below - volume.offset;
        bytes -= bytes % volume.sector_bytes;
        if (bytes <= layer.bytes) return;
        if (volume.key_in_keyring)
            return warn(layer.node +
                        " grows when it is opened next: resizing it now would ask for "
                        "its passphrase");
        run({"cryptsetup", "--batch-mode", "resize", layer.dm_name});
        sizes_[layer.number] = bytes;
    }

    void grow_logical_volume(const BlockLayer& layer)
    {
        const PhysicalVolume* group = nullptr;
        std::uint64_t free_extents = 0;
        for (const auto& below : layer.below) {
            const auto found = input_.facts.storage.physical_volumes.find(below);
            if (found == input_.facts.storage.physical_volumes.end()) continue;
            const auto& volume = found->second;
            if (group == nullptr) free_extents = volume.free_extents;
            group = &volume;
            const auto size = sizes_[below];
            if (size < volume.start) continue;
            const auto extents = (size - volume.start) / volume.extent_bytes;
            if (extents <= volume.extents) continue;
            free_extents += extents - volume.extents;
            // Of several volumes on it only the first one finds it so.
            if (std::find(resized_.begin(), resized_.end(), below) != resized_.end()) continue;
            resized_.push_back(below);
            run({"lvm", "pvresize", layers_.at(below).node});
        }
        if (group == nullptr || free_extents == 0 || !input_.policy.grow_logical_volumes) return;
        // "LVM-", the UUID of the group, and that of the volume.
        constexpr std::size_t kUuidBytes = 32;
        const auto uuid = layer.dm_uuid.size() == 4 + 2 * kUuidBytes
                              ? layer.dm_uuid.substr(4 + kUuidBytes)
                              : std::string();
        const auto name = group->volumes.find(uuid);
        if (name == group->volumes.end()) return;
        // What one volume takes is not there for the next.
        if (std::find(emptied_.begin(), emptied_.end(), group->group) != emptied_.end()) return;
        emptied_.push_back(group->group);
        run({"lvm", "lvextend", "-l", "+100%FREE", group->group + "/" + name->second});
        sizes_[layer.number] += free_extents * group->extent_bytes;
    }

    // Whether the array is found again on larger members: older metadata lies at their end.
    bool is_safe(const BlockLayer& layer)
    {
        if (layer.md_metadata == "1.1" || layer.md_metadata == "1.2") return true;
        warn(layer.node + " is not grown: metadata " + layer.md_metadata +
             " lies at the end of its devices");
        return false;
    }

    void grow_array(const BlockLayer& layer)
    {
        constexpr std::uint64_t kKiB = 1024;
        const auto& level = layer.md_level;
        if (level != "raid1" && level != "raid4" && level != "raid5" && level != "raid6" &&
            level != "raid10")
            return;
        if (layer.md_component == 0 || layer.below.empty()) return;
        auto component = UINT64_MAX;
        for (std::size_t i = 0; i < layer.below.size(); ++i) {
            const auto size = sizes_[layer.below[i]];
            component = std::min(component, size - std::min(size, layer.md_offsets[i]));
        }
        component -= component % std::max(layer.md_chunk, kKiB);
        if (component <= layer.md_component) return;
        run({"mdadm", "--grow", layer.node, "--size", "max"});
        sizes_[layer.number] = layer.bytes / layer.md_component * component;
    }

    const PlanInput& input_;
    PlannedStep& planned_;
    std::map<std::string, BlockLayer, std::less<>> layers_;
    std::map<std::string, std::uint64_t, std::less<>> sizes_;
    std::vector<std::string> resized_;
    std::vector<std::string> emptied_;  // volume groups
};

// Below it the kernel refuses any new size of a device with EINVAL (fs/btrfs/ioctl.c).
constexpr std::uint64_t kSmallestBtrfsResize = 256 << 20;

// Why a mount point that the context names cannot be grown.
std::string fault_of(std::string_view mount_point, const std::vector<MountEntry>& mounts)
{
    const auto* mount = find_mount(mounts, mount_point);
    if (mount == nullptr) return shown(mount_point) + " is no mount point";
    if (mount->read_only) return shown(mount_point) + " is read-only and is not grown";
    return shown(mount_point) + " is " + printable(mount->type) + ", which is not grown";
}

// One file system, which btrfs may have on several devices. False: it is not known.
Result<bool> plan_file_system(const std::string& mount_point, const PlanInput& input,
                              Growth& growth, Step& step)
{
    GrowFileSystem change{.mount_point = mount_point, .type = {}};
    for (const auto& file_system : input.facts.storage.file_systems) {
        if (file_system.mount_point != mount_point) continue;
        const auto bytes = TRY(growth.grow(file_system.device));
        change.type = file_system.type;
        change.from += file_system.size.bytes();
        const bool too_small = file_system.type == "btrfs" && bytes < kSmallestBtrfsResize;
        change.to += too_small ? file_system.size.bytes()
                               : blocks_on(file_system.size, bytes) * file_system.size.block_bytes;
    }
    if (change.to > change.from) step.changes.emplace_back(change);
    return !change.type.empty();
}

}  // namespace

Result<PlannedStep> plan_growing(const PlanInput& input)
{
    PlannedStep planned{.step = {.name = "growing", .changes = {}, .activate = {}}, .problems = {}};
    planned.step.attempt_all = true;
    const auto& wish = input.settings.growing;
    if (!is_on(input.policy.growing) || input.facts.offline || input.facts.container)
        return planned;
    Growth growth(input, planned);
    // Of the root nobody spoke: what it is not made for is no problem.
    if (wish.root) TRY(plan_file_system("/", input, growth, planned.step));
    std::vector<MountEntry> mounts;
    if (!wish.mount_points.empty())
        if (const auto file = TRY(input.tree.read("/proc/self/mountinfo")))
            mounts = parse_mountinfo(file->content);
    for (const auto& mount_point : wish.mount_points) {
        if (mount_point == "/" && wish.root) continue;
        if (!TRY(plan_file_system(mount_point, input, growth, planned.step)))
            planned.problems.push_back({"GROW_FS", fault_of(mount_point, mounts), false});
    }
    return planned;
}

}  // namespace onectx
