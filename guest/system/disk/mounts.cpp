// See mounts.h.
#include "guest/system/disk/mounts.h"

#include <fcntl.h>
#include <sys/mount.h>

#include <cerrno>

#include "common/text.h"
#include "guest/system/files.h"
#include "guest/system/root.h"

namespace onectx {

Result<void> make_mount(const Mount& change)
{
    const auto make = [&]() -> Result<void> {
        const auto root = TRY(Root::open("/"));
        const auto directory = TRY(root.open_unlinked(change.target, O_PATH | O_DIRECTORY));
        // By the descriptor, so that nothing can come in between.
        const auto target = "/proc/self/fd/" + std::to_string(directory.get());
        if (mount(change.source.c_str(), target.c_str(), change.type.c_str(), MS_NOSUID | MS_NODEV,
                  nullptr) != 0)
            return os_failure();
        return {};
    };
    return in_context("mount " + printable(change.source) + " on " + printable(change.target),
                      make());
}

Result<void> make_unmount(const Unmount& change)
{
    const auto* target = change.target.c_str();
    if (umount2(target, UMOUNT_NOFOLLOW) == 0 || errno == EINVAL || errno == ENOENT) return {};
    if (umount2(target, UMOUNT_NOFOLLOW | MNT_DETACH) != 0)
        return fail_errno("unmount " + printable(change.target));
    return {};
}

}  // namespace onectx
