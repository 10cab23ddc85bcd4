// The block devices of this machine through libudev, which asks the kernel: sysfs for what is there
// and the kernel's own uevents for what comes. No udevd is needed, none is waited for, and nothing
// that it would have to prepare (links, properties) is used.
#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include "common/result.h"
#include "guest/system/device/block_device.h"

struct udev;
struct udev_monitor;

namespace onectx {

class UdevDevices : public BlockDevices {
  public:
    // Subscribes at once, so that no device falls between list() and next().
    [[nodiscard]] static Result<std::unique_ptr<UdevDevices>> open();

    [[nodiscard]] std::vector<BlockDevice> list() override;
    [[nodiscard]] BlockEvent next(std::chrono::milliseconds limit) override;
    [[nodiscard]] std::chrono::milliseconds elapsed() const override;

  private:
    struct Unref {
        void operator()(udev* context) const;
        void operator()(udev_monitor* monitor) const;
    };
    UdevDevices() = default;

    std::unique_ptr<udev, Unref> udev_;
    std::unique_ptr<udev_monitor, Unref> monitor_;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// The whole disks that are there now, in the order of device numbers, without a subscription.
[[nodiscard]] Result<std::vector<BlockDevice>> list_block_devices();

}  // namespace onectx
