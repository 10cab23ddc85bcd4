// The primitive by which files and directories come into being: made whole under a temporary name
// in the same directory, then renamed. A crash at any point leaves the old one or the new one.
// Knows names in an open directory, never paths; errors carry the system's own words only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/result.h"
#include "guest/system/fd.h"

namespace onectx {

// A name in an open directory. The directory is open for reading, so that it can be synced.
struct Place {
    Fd directory;
    std::string name;
};

struct Attributes {
    unsigned mode = 0644;
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    std::string selinux_type = {};  // of what is new (see xattr.h); empty: that of the directory
};

// What a change of a file came to.
struct Written {
    bool owner_skipped = false;  // the owner could not be given for want of privilege (EPERM)
};

// An open file or directory has these attributes; nothing is written where it has them already.
[[nodiscard]] Result<Written> give(int fd, const Attributes& wanted);

// The file has this content and these attributes, and keeps the extended attributes it had; the
// name then means a new inode. What is there must be nothing or a regular file; a link is ELOOP.
// Temporary files that a killed run left for the same name are removed: the caller sees to it that
// no other run is at work (guest/system/lock.h).
// A file that is a mount point of its own (containers mount /etc/hosts so) cannot be renamed over;
// it is written in place, which a crash can leave half done.
[[nodiscard]] Result<Written> replace_at(const Place& place, std::string_view content,
                                         const Attributes& wanted);

// The directory exists; one that is there is left as it is, anything else there is EEXIST. It has
// its owner and mode before it has its name, so whoever owns the directory above cannot put
// something else in between. Any number of processes may make the same one at once: the first runs
// make the directory of the lock. What a killed run left is removed once the directory is there.
[[nodiscard]] Result<Written> make_directory_at(const Place& place, const Attributes& wanted);

// The name is a symbolic link to `target`, which nobody looks at. A link or a regular file that is
// there is replaced; a directory is EISDIR. What a killed run left for the same name is removed.
[[nodiscard]] Result<void> symlink_at(const Place& place, const std::string& target);

// Absent is success; a directory is EISDIR; a link itself is removed.
[[nodiscard]] Result<void> remove_at(const Place& place);

}  // namespace onectx
