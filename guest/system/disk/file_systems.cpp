// See file_systems.h.
#include "guest/system/disk/file_systems.h"

#include <fcntl.h>
#include <linux/btrfs.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <array>
#include <span>

#include "common/limits.h"
#include "guest/system/files.h"
#include "posix/file_source.h"

namespace onectx {
namespace {

// Documented by the kernel only (fs/ext4/ext4.h); the header of e2fsprogs has it private too.
constexpr unsigned long kExt4Resize = _IOW('f', 16, std::uint64_t);

// xfsprogs' xfs_fs.h, whose numbers and layouts are the kernel's ABI.
struct XfsGeometry {
    std::uint32_t block_bytes, rt_extent, group_blocks, groups, log_blocks, sector_bytes,
        inode_bytes, inode_percent;
    std::uint64_t blocks, rt_blocks, rt_extents, log_start;
    std::array<unsigned char, 16> uuid;
    std::uint32_t stripe_unit, stripe_width;
    std::int32_t version;
    std::uint32_t flags, log_sector_bytes, rt_sector_bytes, directory_block_bytes;
};
struct XfsGrowth {
    std::uint64_t blocks;
    std::uint32_t inode_percent;
};
constexpr unsigned long kXfsGeometry = _IOR('X', 100, XfsGeometry);
constexpr unsigned long kXfsGrow = _IOW('X', 110, XfsGrowth);
constexpr std::uint64_t kXfsSmallestGroup = 64;  // XFS_MIN_AG_BLOCKS

std::string number_of(dev_t device)
{
    return std::to_string(major(device)) + ":" + std::to_string(minor(device));
}

// Where the kernel has a device by its number; devtmpfs makes it itself.
std::string node_of(const std::string& number)
{
    const Fd fd(open(("/sys/dev/block/" + number + "/uevent").c_str(), O_RDONLY | O_CLOEXEC));
    const auto text = fd.valid() ? read_all(fd.get(), kMaxPathBytes) : os_failure();
    constexpr std::string_view kKey = "DEVNAME=";
    const auto at = text ? text->find(kKey) : std::string::npos;
    if (at == std::string::npos) return "";
    const auto from = at + kKey.size();
    return "/dev/" + text->substr(from, text->find('\n', from) - from);
}

Result<FileSystemSize> size_of_ext(const std::string& device)
{
    constexpr std::uint64_t kSuperblock = 1024;
    // The kernel keeps it up to date where every reader of the device sees it.
    const auto source = TRY(FileSource::open(node_of(device)));
    std::string bytes(kSuperblock, '\0');
    TRY(source.read_at(kSuperblock, std::as_writable_bytes(std::span(bytes))));
    const auto size = ext_size(bytes);
    if (!size) return fail("no ext file system on " + node_of(device));
    return *size;
}

Result<XfsGeometry> xfs_geometry(int directory)
{
    XfsGeometry geometry{};
    if (ioctl(directory, kXfsGeometry, &geometry) != 0) return fail_errno("ask xfs");
    return geometry;
}

Result<std::vector<FileSystemPart>> btrfs_parts(int directory)
{
    btrfs_ioctl_fs_info_args whole{};
    if (ioctl(directory, BTRFS_IOC_FS_INFO, &whole) != 0) return fail_errno("ask btrfs");
    std::vector<FileSystemPart> parts;
    for (std::uint64_t id = 1; id <= whole.max_id && parts.size() < kMaxBlockLayers; ++id) {
        btrfs_ioctl_dev_info_args info{};
        info.devid = id;
        if (ioctl(directory, BTRFS_IOC_DEV_INFO, &info) != 0) continue;  // taken out
        const auto* path = reinterpret_cast<const char*>(info.path);
        struct stat status{};
        if (stat(path, &status) != 0 || !S_ISBLK(status.st_mode)) continue;  // missing
        const auto block = whole.sectorsize != 0 ? whole.sectorsize : whole.nodesize;
        parts.push_back({.device = number_of(status.st_rdev),
                         .node = path,
                         .id = id,
                         .size = {.blocks = info.total_bytes / block, .block_bytes = block}});
    }
    return parts;
}

Result<std::uint64_t> device_bytes(const FileSystemPart& part)
{
    const auto node = node_of(part.device);
    return TRY(FileSource::open(node.empty() ? part.node : node))
    .size();
}

Result<void> grow_part(int directory, const std::string& type, const FileSystemPart& part,
                       std::uint64_t blocks)
{
    if (type == "btrfs") {
        btrfs_ioctl_vol_args request{};
        const auto text = std::to_string(part.id) + ":max";
        text.copy(request.name, sizeof request.name - 1);
        if (ioctl(directory, BTRFS_IOC_RESIZE, &request) != 0) return os_failure();
        return {};
    }
    if (type == "xfs") {
        const auto geometry = TRY(xfs_geometry(directory));
        const XfsGrowth request{blocks, geometry.inode_percent};
        if (ioctl(directory, kXfsGrow, &request) != 0) return os_failure();
        return {};
    }
    if (ioctl(directory, kExt4Resize, &blocks) != 0) return os_failure();
    return {};
}

}  // namespace

bool can_grow(std::string_view type)
{
    return type == "ext2" || type == "ext3" || type == "ext4" || type == "xfs" || type == "btrfs";
}

Result<std::vector<FileSystemPart>> file_system_parts(int directory, const std::string& type,
                                                      const std::string& device)
{
    if (type == "btrfs") return btrfs_parts(directory);
    FileSystemPart part{.device = device};
    if (type == "xfs") {
        const auto geometry = TRY(xfs_geometry(directory));
        part.size = {.blocks = geometry.blocks,
                     .block_bytes = geometry.block_bytes,
                     .group_blocks = geometry.group_blocks,
                     .last_group = kXfsSmallestGroup};
    } else {
        part.size = TRY(size_of_ext(device));
    }
    return std::vector{part};
}

Result<void> grow_file_system(const std::string& mount_point, const std::string& type)
{
    const auto grow = [&]() -> Result<void> {
        const Fd directory(open(mount_point.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        struct stat status{};
        if (!directory.valid() || fstat(directory.get(), &status) != 0) return os_failure();
        const auto device = number_of(status.st_dev);
        for (const auto& part : TRY(file_system_parts(directory.get(), type, device))) {
            const auto blocks = blocks_on(part.size, TRY(device_bytes(part)));
            if (blocks > part.size.blocks) TRY(grow_part(directory.get(), type, part, blocks));
        }
        return {};
    };
    return in_context("grow " + mount_point, grow());
}

}  // namespace onectx
