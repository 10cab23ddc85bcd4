// See storage.h.
#include "guest/system/disk/storage.h"

#include <fcntl.h>
#include <linux/dm-ioctl.h>
#include <string.h>  // explicit_bzero
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <array>
#include <optional>

#include "common/partition_table.h"
#include "guest/model/block_stack.h"
#include "guest/model/mount_table.h"
#include "guest/system/disk/file_systems.h"
#include "guest/system/disk/grow_partition.h"
#include "posix/file_source.h"

namespace onectx {
namespace {

using Kind = BlockLayer::Kind;

Result<FileSource> open_source(const Root& root, const std::string& node)
{
    return FileSource::from(TRY(root.open_inside(node, O_RDONLY)));
}

PartitionRoom room_of(const Root& root, const std::string& disk, unsigned number)
{
    const auto read = [&]() -> Result<PartitionRoom> {
        auto fd = TRY(root.open_inside(disk, O_RDONLY));
        const auto sector = sector_bytes_of(fd.get());
        const auto source = TRY(FileSource::from(std::move(fd)));
        auto growth = TRY(grow_partition(source, sector, number));
        return PartitionRoom{.start = growth.start,
                             .from = growth.from,
                             .to = growth.to,
                             .due = !growth.writes.empty(),
                             .digest = std::move(growth.digest),
                             .fault = {}};
    };
    auto room = read();
    return room ? *room : PartitionRoom{.fault = room.error().message};
}

// Whether the table of a mapping names its key instead of holding it (device mapper documentation,
// "dm-crypt"). The key passes through here and is wiped.
bool has_key_in_keyring(const std::string& name)
{
    struct Request {
        dm_ioctl head;
        std::array<char, 4096> table;
    };
    const Fd control(open("/dev/mapper/control", O_RDWR | O_CLOEXEC));
    Request request{};
    if (!control.valid() || name.size() >= sizeof request.head.name) return true;
    request.head.version[0] = DM_VERSION_MAJOR;
    request.head.data_size = sizeof request;
    request.head.data_start = sizeof request.head;
    request.head.flags = DM_STATUS_TABLE_FLAG | DM_SECURE_DATA_FLAG;
    name.copy(request.head.name, name.size());
    bool in_keyring = true;  // what cannot be known would ask
    if (ioctl(control.get(), DM_TABLE_STATUS, &request) == 0 && request.head.target_count == 1) {
        // Behind the head of the target: the cipher, a blank, the key.
        const auto* bytes = request.table.data();
        const auto size = request.table.size();
        const auto* text = bytes + sizeof(dm_target_spec);
        const auto* end = std::find(text, bytes + size, '\0');
        const auto* key = std::find(text, end, ' ');
        in_keyring = key == end || key[1] == ':';
    }
    explicit_bzero(&request, sizeof request);
    return in_keyring;
}

void add_layer(const Root& root, const std::vector<BlockLayer>& stack, const BlockLayer& layer,
               Storage& storage)
{
    auto node_of = [&](const std::string& number) {
        const auto found = std::find_if(stack.begin(), stack.end(),
                                        [&](const auto& other) { return other.number == number; });
        return found == stack.end() ? std::string() : found->node;
    };
    if (layer.kind == Kind::partition)
        storage.partitions[layer.number] =
            room_of(root, node_of(layer.below.front()), layer.partition);
    if (layer.kind != Kind::luks && layer.kind != Kind::lvm) return;
    for (const auto& below : layer.below) {
        const auto source = open_source(root, node_of(below));
        if (!source) continue;
        if (layer.kind == Kind::lvm) {
            if (auto volume = read_physical_volume(*source))
                storage.physical_volumes[below] = std::move(*volume);
        } else if (auto volume = read_luks(*source)) {
            volume->key_in_keyring = volume->version == 2 && has_key_in_keyring(layer.dm_name);
            storage.luks[below] = *volume;
        }
    }
}

// The directory of a mount, where it is the one that the path leads to.
std::optional<Fd> open_mounted(const Root& root, const MountEntry& mount)
{
    auto fd = root.open_inside(mount.target, O_RDONLY | O_DIRECTORY | O_NONBLOCK);
    struct stat status{};
    if (!fd || fstat(fd->get(), &status) != 0) return std::nullopt;
    const auto number =
        std::to_string(major(status.st_dev)) + ":" + std::to_string(minor(status.st_dev));
    // Every subvolume of btrfs has a number of its own.
    if (mount.type != "btrfs" && number != mount.device) return std::nullopt;
    return std::move(*fd);
}

}  // namespace

Result<Storage> gather_storage(const Root& root, const GrowWish& wish)
{
    Storage storage;
    auto wanted = wish.mount_points;
    if (wish.root) wanted.emplace_back("/");
    if (wanted.empty()) return storage;
    const auto file = TRY(root.read("/proc/self/mountinfo"));
    const auto mounts = parse_mountinfo(file ? file->content : "");
    for (const auto& mount_point : wanted) {
        const auto* mount = find_mount(mounts, mount_point);
        if (mount == nullptr || mount->read_only || !can_grow(mount->type)) continue;
        const auto directory = open_mounted(root, *mount);
        if (!directory) continue;
        const auto parts = file_system_parts(directory->get(), mount->type, mount->device);
        if (!parts) continue;
        for (const auto& part : *parts) {
            storage.file_systems.push_back({mount_point, mount->type, part.device, part.size});
            const auto stack = block_stack(part.device, root);
            if (!stack) continue;
            for (const auto& layer : *stack)
                add_layer(root, *stack, layer, storage);
        }
    }
    return storage;
}

}  // namespace onectx
