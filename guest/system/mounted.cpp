// See mounted.h.
#include "guest/system/mounted.h"

#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <utility>

#include "guest/system/files.h"

namespace onectx {
namespace {

// Each directory of the path, private. What is there already stays as it is.
Result<void> make_private(const std::string& path)
{
    for (auto end = path.find('/', 1);; end = path.find('/', end + 1)) {
        const bool last = end == std::string::npos;
        if (mkdir(path.substr(0, end).c_str(), last ? 0700 : 0755) != 0 && errno != EEXIST)
            return os_failure();
        if (last) return {};
    }
}

// ENOSYS: this kernel mounts in directories only.
Result<Fd> mount_nowhere(const std::string& device)
{
    const Fd context(fsopen("iso9660", FSOPEN_CLOEXEC));
    if (!context.valid()) return os_failure();
    if (fsconfig(context.get(), FSCONFIG_SET_STRING, "source", device.c_str(), 0) != 0 ||
        fsconfig(context.get(), FSCONFIG_SET_FLAG, "ro", nullptr, 0) != 0 ||
        fsconfig(context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) != 0)
        return os_failure();
    constexpr unsigned kAttributes =
        MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
    Fd root(fsmount(context.get(), FSMOUNT_CLOEXEC, kAttributes));
    if (!root.valid()) return os_failure();
    return root;
}

constexpr unsigned long kFlags = MS_RDONLY | MS_NOSUID | MS_NODEV;

Result<std::string> mount_in_directory(const std::string& device, const std::string& base,
                                       unsigned long flags)
{
    TRY(in_context("make " + base, make_private(base)));
    auto directory = base + "/medium.XXXXXX";
    if (mkdtemp(directory.data()) == nullptr) return fail_errno("make a directory in " + base);
    if (mount(device.c_str(), directory.c_str(), "iso9660", kFlags | flags, nullptr) != 0) {
        auto error = os_failure();
        rmdir(directory.c_str());
        return error;
    }
    return directory;
}

}  // namespace

Result<Mounted> Mounted::iso9660(const std::string& device, const std::string& base)
{
    auto nowhere = mount_nowhere(device);
    if (nowhere) return Mounted(std::move(*nowhere));
    if (nowhere.error().code != ENOSYS)
        return std::unexpected(in_context("mount " + device, std::move(nowhere).error()));
    return Mounted(TRY(in_context("mount " + device, mount_in_directory(device, base, MS_NOEXEC))));
}

Result<Mounted> Mounted::for_scripts(const std::string& device, const std::string& base)
{
    return Mounted(TRY(in_context("mount " + device, mount_in_directory(device, base, 0))));
}

std::string Mounted::path() const
{
    return directory_.empty() ? "/proc/self/fd/" + std::to_string(nowhere_.get()) : directory_;
}

Mounted::Mounted(Mounted&& other) noexcept
    : nowhere_(std::move(other.nowhere_)), directory_(std::exchange(other.directory_, {}))
{
}

Mounted::~Mounted()
{
    if (directory_.empty()) return;
    // Busy means that somebody looks into it: then it leaves the tree now and is gone when he is.
    if (umount2(directory_.c_str(), UMOUNT_NOFOLLOW) != 0)
        umount2(directory_.c_str(), UMOUNT_NOFOLLOW | MNT_DETACH);
    rmdir(directory_.c_str());
}

}  // namespace onectx
