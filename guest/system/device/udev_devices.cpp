// See udev_devices.h.
#include "guest/system/device/udev_devices.h"

#include <fcntl.h>
#include <libudev.h>
#include <poll.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <string_view>

#include "guest/system/fd.h"
#include "guest/system/files.h"

namespace onectx {
namespace {

using std::chrono::milliseconds;

// A machine that starts its udevd replays every device at once ("udevadm trigger").
constexpr int kEventBufferBytes = 8 << 20;

// The SCSI peripheral device type of CD and DVD drives (SPC-4, table 140).
constexpr std::string_view kScsiOptical = "5";

struct UnrefDevice {
    void operator()(udev_device* device) const { udev_device_unref(device); }
};
using Device = std::unique_ptr<udev_device, UnrefDevice>;

struct UnrefEnumerate {
    void operator()(udev_enumerate* list) const { udev_enumerate_unref(list); }
};

std::string_view text(const char* value)
{
    return value == nullptr ? std::string_view() : std::string_view(value);
}

// The names below a directory of sysfs; none when it is not there (any more).
std::vector<std::string> names_below(const std::string& directory)
{
    const Fd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd.valid()) return {};
    return names_in(fd.get()).value_or(std::vector<std::string>{});
}

// Partitions are directories of a disk that have a file `partition`; `holders` names what dm and md
// put on top.
bool is_divided(const std::string& syspath)
{
    if (!names_below(syspath + "/holders").empty()) return true;
    const auto names = names_below(syspath);
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
        return access((syspath + "/" + name + "/partition").c_str(), F_OK) == 0;
    });
}

// Absent for what is no whole disk with a device node.
std::optional<BlockDevice> block_device_of(udev_device* device)
{
    const char* node = udev_device_get_devnode(device);
    if (node == nullptr || text(udev_device_get_devtype(device)) != "disk") return std::nullopt;
    BlockDevice block;
    block.node = node;
    block.name = text(udev_device_get_sysname(device));
    const auto number = udev_device_get_devnum(device);
    block.number = std::uint64_t{major(number)} << 32U | minor(number);
    block.optical =
        block.name.starts_with("sr") ||
        text(udev_device_get_sysattr_value(device, "device/type")).starts_with(kScsiOptical);
    block.divided = is_hardware_name(block.name) && is_divided(udev_device_get_syspath(device));
    return block;
}

std::vector<BlockDevice> list_disks(udev* context)
{
    std::vector<BlockDevice> disks;
    const std::unique_ptr<udev_enumerate, UnrefEnumerate> list(udev_enumerate_new(context));
    if (!list || udev_enumerate_add_match_subsystem(list.get(), "block") < 0 ||
        udev_enumerate_scan_devices(list.get()) < 0)
        return disks;
    udev_list_entry* entry = nullptr;
    udev_list_entry_foreach(entry, udev_enumerate_get_list_entry(list.get()))
    {
        const Device device(udev_device_new_from_syspath(context, udev_list_entry_get_name(entry)));
        if (!device) continue;  // gone meanwhile
        if (auto disk = block_device_of(device.get())) disks.push_back(std::move(*disk));
    }
    std::sort(disks.begin(), disks.end(),
              [](const auto& left, const auto& right) { return left.number < right.number; });
    return disks;
}

}  // namespace

void UdevDevices::Unref::operator()(udev* context) const
{
    udev_unref(context);
}

void UdevDevices::Unref::operator()(udev_monitor* monitor) const
{
    udev_monitor_unref(monitor);
}

Result<std::unique_ptr<UdevDevices>> UdevDevices::open()
{
    std::unique_ptr<UdevDevices> devices(new UdevDevices);
    devices->udev_.reset(udev_new());
    if (!devices->udev_) return os_failure(ENOMEM);
    // "kernel" and not "udev": the latter speaks only where udevd runs, and only after its rules.
    devices->monitor_.reset(udev_monitor_new_from_netlink(devices->udev_.get(), "kernel"));
    auto* monitor = devices->monitor_.get();
    if (monitor == nullptr) return fail_errno("listen for devices");
    if (udev_monitor_filter_add_match_subsystem_devtype(monitor, "block", "disk") < 0)
        return fail_errno("listen for block devices");
    // Not given without privilege, and then the kernel's default has to do.
    static_cast<void>(udev_monitor_set_receive_buffer_size(monitor, kEventBufferBytes));
    if (const int code = udev_monitor_enable_receiving(monitor); code < 0)
        return fail_errno("listen for devices", -code);
    return devices;
}

std::vector<BlockDevice> UdevDevices::list()
{
    return list_disks(udev_.get());
}

milliseconds UdevDevices::elapsed() const
{
    return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - start_);
}

BlockEvent UdevDevices::next(milliseconds limit)
{
    const auto end = elapsed() + limit;
    for (auto rest = limit; rest >= milliseconds{0}; rest = end - elapsed()) {
        pollfd waiting{udev_monitor_get_fd(monitor_.get()), POLLIN, 0};
        const int ready = poll(&waiting, 1, static_cast<int>(rest.count()));
        if (ready < 0 && errno != EINTR) return {BlockEvent::Kind::lost, {}};
        if (ready == 0) return {};
        if (ready < 0) continue;
        errno = 0;
        const Device device(udev_monitor_receive_device(monitor_.get()));
        if (!device) {
            if (errno == ENOBUFS) return {BlockEvent::Kind::lost, {}};
            continue;  // for another subsystem, or not from the kernel
        }
        auto disk = block_device_of(device.get());
        if (!disk) continue;
        const bool removed = text(udev_device_get_action(device.get())) == "remove";
        return {removed ? BlockEvent::Kind::removed : BlockEvent::Kind::changed, std::move(*disk)};
    }
    return {};
}

Result<std::vector<BlockDevice>> list_block_devices()
{
    const std::unique_ptr<udev, decltype(&udev_unref)> context(udev_new(), udev_unref);
    if (!context) return os_failure(ENOMEM);
    return list_disks(context.get());
}

}  // namespace onectx
