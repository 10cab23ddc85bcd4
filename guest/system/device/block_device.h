// Whole block devices as the kernel announces them: what there is, and what comes later.
// An interface, so that the search for the context medium is tested with a script and a clock of
// its own; guest/system/device/udev_devices is the real one.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace onectx {

struct BlockDevice {
    std::string node;          // "/dev/sr0"
    std::string name;          // "sr0", as the kernel calls it
    std::uint64_t number = 0;  // major << 32 | minor: the order of device numbers
    bool optical = false;      // a CD or DVD drive
    bool divided = false;      // hardware that holds partitions, or is held by dm or md

    bool operator==(const BlockDevice&) const = default;
};

// Whether a whole disk of this kernel name can be hardware of the machine: loop, dm, md, nbd, rbd,
// drbd, zd (volumes of ZFS), ram and zram devices are views of something else, and asking a floppy
// drive takes seconds.
[[nodiscard]] bool is_hardware_name(std::string_view name);

struct BlockEvent {
    enum class Kind {
        timeout,  // nothing came within the time
        changed,  // a device is new, or it or its medium changed
        removed,
        lost,  // events were dropped: list() again
    };
    Kind kind = Kind::timeout;
    BlockDevice device;  // of changed and removed
};

class BlockDevices {
  public:
    BlockDevices() = default;
    BlockDevices(const BlockDevices&) = delete;
    BlockDevices& operator=(const BlockDevices&) = delete;
    virtual ~BlockDevices() = default;

    // Everything there is now, in the order of device numbers. A device that is not in the list
    // comes as an event: the subscription is older than this object's first list().
    [[nodiscard]] virtual std::vector<BlockDevice> list() = 0;

    // Waits for one event, at most so long; zero asks what is there already.
    [[nodiscard]] virtual BlockEvent next(std::chrono::milliseconds limit) = 0;

    // Time since this object was made, by a clock that never steps.
    [[nodiscard]] virtual std::chrono::milliseconds elapsed() const = 0;
};

}  // namespace onectx
