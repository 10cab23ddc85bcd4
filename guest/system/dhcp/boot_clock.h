// The clock of leases: with the time that a machine was suspended, for they ran on.
#pragma once

#include <chrono>
#include <ctime>

namespace onectx {

using BootTime = std::chrono::milliseconds;

[[nodiscard]] inline BootTime boot_time()
{
    timespec clock{};
    clock_gettime(CLOCK_BOOTTIME, &clock);
    return std::chrono::seconds(clock.tv_sec) +
           std::chrono::duration_cast<BootTime>(std::chrono::nanoseconds(clock.tv_nsec));
}

}  // namespace onectx
