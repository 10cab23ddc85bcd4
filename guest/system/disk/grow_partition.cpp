// See grow_partition.h.
#include "guest/system/disk/grow_partition.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <thread>

#include "common/partition_table.h"
#include "guest/plan/state_record.h"
#include "guest/system/files.h"
#include "posix/file_source.h"

namespace onectx {
namespace {

// udev holds a disk while it looks at it, and leaves it alone while we do (systemd's
// BLOCK_DEVICE_LOCKING).
Result<void> lock(int disk)
{
    constexpr int kAttempts = 100;
    constexpr std::chrono::milliseconds kPause{50};
    for (int attempt = 0; flock(disk, LOCK_EX | LOCK_NB) != 0; ++attempt) {
        if (errno != EWOULDBLOCK && errno != EINTR) return os_failure();
        if (attempt == kAttempts) return fail("somebody holds the lock of the disk", EWOULDBLOCK);
        std::this_thread::sleep_for(kPause);
    }
    return {};
}

Result<PartitionGrowth> read_growth(int disk, unsigned number)
{
    Fd copy(fcntl(disk, F_DUPFD_CLOEXEC, 0));
    if (!copy.valid()) return os_failure();
    const auto source = TRY(FileSource::from(std::move(copy)));
    return in_context("its table", grow_partition(source, sector_bytes_of(disk), number));
}

Result<void> write_durably(int disk, const TableWrite& write)
{
    std::string_view left = write.bytes;
    auto offset = static_cast<off_t>(write.offset);
    while (!left.empty()) {
        const auto done = pwrite(disk, left.data(), left.size(), offset);
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) return os_failure(done < 0 ? errno : EIO);
        left.remove_prefix(static_cast<std::size_t>(done));
        offset += done;
    }
    if (fdatasync(disk) != 0) return os_failure();
    return {};
}

Result<void> save(const std::string& path, const std::string& table, Root& root)
{
    const MakeDirectory directory{.path = std::string(kStateDirectory), .mode = 0700, .owner = {}};
    static_cast<void>(TRY(root.make_directory(directory, 0, 0)));
    const WriteFile file{.path = path, .content = table, .mode = 0600, .owner = {}};
    static_cast<void>(TRY(root.replace(file, 0, 0)));
    return {};
}

}  // namespace

unsigned sector_bytes_of(int disk)
{
    constexpr int kUsual = 512;
    int bytes = 0;
    return static_cast<unsigned>(ioctl(disk, BLKSSZGET, &bytes) == 0 ? bytes : kUsual);
}

Result<void> make_grow_partition(const GrowPartition& change, Root& root, Kernel& kernel)
{
    const auto disk = TRY(root.open_inside(change.disk, O_RDWR));
    TRY(lock(disk.get()));
    const auto growth = TRY(read_growth(disk.get(), change.number));
    if (growth.digest != change.planned_from || growth.to != change.to)
        return fail("its table has changed since this was planned");
    if (!growth.writes.empty()) {
        TRY(in_context("save its table to " + change.path, save(change.path, growth.table, root)));
        for (const auto& write : growth.writes)
            TRY(in_context("write its table", write_durably(disk.get(), write)));
        // What the disk holds, and not what the kernel remembers of it.
        static_cast<void>(posix_fadvise(disk.get(), 0, 0, POSIX_FADV_DONTNEED));
        const auto now = TRY(read_growth(disk.get(), change.number));
        if (now.start != growth.start || now.from != change.to || !now.writes.empty())
            return fail("its table does not read as it was written");
    }
    return kernel.resize_partition(disk.get(), change.number, growth.start, change.to);
}

}  // namespace onectx
