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

}  // namespace

Result<Mounted> Mounted::iso9660(const std::string& device, const std::string& base)
{
    TRY(in_context("make " + base, make_private(base)));
    auto directory = base + "/medium.XXXXXX";
    if (mkdtemp(directory.data()) == nullptr) return fail_errno("make a directory in " + base);
    constexpr unsigned long kFlags = MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC;
    if (mount(device.c_str(), directory.c_str(), "iso9660", kFlags, nullptr) != 0) {
        auto error = fail_errno("mount " + device);
        rmdir(directory.c_str());
        return error;
    }
    return Mounted(std::move(directory));
}

Mounted::Mounted(Mounted&& other) noexcept : path_(std::exchange(other.path_, {})) {}

Mounted::~Mounted()
{
    if (path_.empty()) return;
    // Busy means that somebody looks into it: then it leaves the tree now and is gone when he is.
    if (umount2(path_.c_str(), UMOUNT_NOFOLLOW) != 0)
        umount2(path_.c_str(), UMOUNT_NOFOLLOW | MNT_DETACH);
    rmdir(path_.c_str());
}

}  // namespace onectx
