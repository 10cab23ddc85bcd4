// See atomic.h.
#include "guest/system/atomic.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "common/limits.h"
#include "common/text.h"
#include "guest/system/files.h"
#include "guest/system/xattr.h"

namespace onectx {
namespace {

constexpr std::string_view kMark = ".onectx-";
constexpr std::size_t kUniqueDigits = 8;
constexpr int kNameTries = 16;

// Eight hexadecimal digits. Early in the boot the kernel may have no randomness yet; waiting for it
// could hold up the boot, and the names need to be unique, not secret: O_EXCL decides.
std::string unique_digits()
{
    std::array<char, kUniqueDigits / 2> bytes;
    if (getrandom(bytes.data(), bytes.size(), GRND_NONBLOCK) !=
        static_cast<ssize_t>(bytes.size())) {
        static unsigned counter = 0;
        auto now = std::chrono::steady_clock::now().time_since_epoch().count();
        auto mixed = static_cast<std::uint64_t>(now) ^ static_cast<std::uint64_t>(getpid()) << 16U;
        mixed += ++counter;
        for (auto& byte : bytes) {
            byte = static_cast<char>(mixed & 0xFFU);
            mixed >>= 8U;
        }
    }
    return to_hex({bytes.data(), bytes.size()});
}

// ".hosts.onectx-" for "hosts": hidden, and it says whose temporary file it is. A name too long to
// carry the addition is cut.
std::string temporary_prefix(std::string_view name)
{
    auto room = kMaxFileNameBytes - 1 - kMark.size() - kUniqueDigits;
    return "." + std::string(name.substr(0, room)) + std::string(kMark);
}

void remove_entry(int directory, const std::string& name)
{
    if (unlinkat(directory, name.c_str(), 0) != 0 && errno == EISDIR)
        unlinkat(directory, name.c_str(), AT_REMOVEDIR);
}

bool is_directory(const Place& place)
{
    struct stat status{};
    return fstatat(place.directory.get(), place.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
           S_ISDIR(status.st_mode);
}

// What a killed run left. No failure here matters to the change itself.
void remove_stale(const Place& place)
{
    auto prefix = temporary_prefix(place.name);
    auto names = names_in(place.directory.get());
    if (!names) return;
    for (const auto& name : *names)
        if (name.starts_with(prefix) && name.size() == prefix.size() + kUniqueDigits)
            unlinkat(place.directory.get(), name.c_str(), 0);
}

// The same of directories, which are empty when they are ours.
void remove_stale_directories(const Place& place)
{
    auto prefix = temporary_prefix(place.name);
    auto names = names_in(place.directory.get());
    if (!names) return;
    for (const auto& name : *names)
        if (name.starts_with(prefix) && name.size() == prefix.size() + kUniqueDigits)
            unlinkat(place.directory.get(), name.c_str(), AT_REMOVEDIR);
}

// A name of our own in somebody's directory; removed unless it was given its final name.
class Temporary {
  public:
    // `make` makes the entry and says whether it did; EEXIST asks for another name.
    template <class Make>
    static Result<Temporary> make(const Place& place, Make make)
    {
        auto prefix = temporary_prefix(place.name);
        for (int i = 0; i < kNameTries; ++i) {
            auto name = prefix + unique_digits();
            if (make(name.c_str())) return Temporary(place, std::move(name));
            if (errno != EEXIST) return os_failure();
        }
        return os_failure(EEXIST);
    }
    Temporary(Temporary&& other) noexcept
        : place_(std::exchange(other.place_, nullptr)), name_(std::move(other.name_))
    {
    }
    Temporary(const Temporary&) = delete;
    Temporary& operator=(const Temporary&) = delete;
    Temporary& operator=(Temporary&&) = delete;
    ~Temporary()
    {
        if (place_) remove_entry(place_->directory.get(), name_);
    }

    [[nodiscard]] const std::string& name() const { return name_; }

    // Gives it the final name; flags as renameat2(2).
    Result<void> rename(unsigned flags)
    {
        int directory = place_->directory.get();
        int done =
            flags == 0
                ? ::renameat(directory, name_.c_str(), directory, place_->name.c_str())
                : ::renameat2(directory, name_.c_str(), directory, place_->name.c_str(), flags);
        if (done != 0) return os_failure();
        place_ = nullptr;
        return {};
    }

  private:
    Temporary(const Place& place, std::string name) : place_(&place), name_(std::move(name)) {}

    const Place* place_;  // null once it is no temporary name any more
    std::string name_;
};

// What is there now, open for reading; invalid when there is nothing, or when it cannot be read.
// Only a regular file is ever opened: opening a device can do something (a watchdog starts).
Result<Fd> open_present(const Place& place, bool& present)
{
    struct stat status{};
    int directory = place.directory.get();
    present = fstatat(directory, place.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
    if (!present) return errno == ENOENT ? Result<Fd>(Fd()) : os_failure();
    if (S_ISDIR(status.st_mode)) return os_failure(EISDIR);
    if (S_ISLNK(status.st_mode)) return os_failure(ELOOP);
    if (!S_ISREG(status.st_mode)) return fail("not a regular file");
    Fd fd(openat(directory, place.name.c_str(),
                 O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    // A caller without privilege may replace a file that it cannot read.
    if (!fd.valid() && errno != EACCES && errno != ENOENT) return os_failure();
    return fd;
}

// For a file that is a mount point: there is no other way to change it.
Result<Written> write_in_place(const Place& place, std::string_view content,
                               const Attributes& wanted)
{
    Fd fd(openat(place.directory.get(), place.name.c_str(),
                 O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    if (!fd.valid()) return os_failure();
    auto written = TRY(give(fd.get(), wanted));
    TRY(write_all(fd.get(), content));
    if (ftruncate(fd.get(), static_cast<off_t>(content.size())) != 0) return os_failure();
    if (fsync(fd.get()) != 0) return os_failure();
    return written;
}

}  // namespace

Result<Written> give(int fd, const Attributes& wanted)
{
    Written written;
    struct stat status{};
    if (fstat(fd, &status) != 0) return os_failure();
    bool is_so = status.st_uid == wanted.uid && status.st_gid == wanted.gid;
    // Owner first: chown(2) takes the set-user-ID bits away.
    if (!is_so && fchown(fd, wanted.uid, wanted.gid) != 0) {
        if (errno != EPERM) return os_failure();
        written.owner_skipped = true;
    }
    if (is_so && (status.st_mode & 07777U) == wanted.mode) return written;
    if (fchmod(fd, wanted.mode) != 0) return os_failure();
    return written;
}

Result<Written> replace_at(const Place& place, std::string_view content, const Attributes& wanted)
{
    bool present = false;
    auto old = TRY(open_present(place, present));
    int directory = place.directory.get();
    remove_stale(place);
    Fd fd;
    auto temporary = TRY(Temporary::make(place, [&](const char* name) {
        // 0600 until it has its owner: the content may be a secret.
        fd = Fd(openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                       S_IRUSR | S_IWUSR));
        return fd.valid();
    }));
    TRY(write_all(fd.get(), content));
    // Before the mode: of an access list, the mode's group bits are the mask.
    if (old.valid()) TRY(copy_extended_attributes(old.get(), fd.get()));
    if (!present) label_as_below(directory, fd.get(), wanted.selinux_type);
    auto written = TRY(give(fd.get(), wanted));
    if (fsync(fd.get()) != 0) return os_failure();
    auto renamed = temporary.rename(0);
    if (!renamed && renamed.error().code == EBUSY && present)
        return write_in_place(place, content, wanted);
    if (!renamed) return std::unexpected(std::move(renamed).error());
    TRY(sync_directory(directory));
    return written;
}

Result<Written> make_directory_at(const Place& place, const Attributes& wanted)
{
    int directory = place.directory.get();
    struct stat status{};
    if (fstatat(directory, place.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0)
        return S_ISDIR(status.st_mode) ? Result<Written>(Written{}) : os_failure(EEXIST);
    if (errno != ENOENT) return os_failure();
    // A temporary directory that is there already may be that of a run at work.
    auto temporary = TRY(Temporary::make(
        place, [&](const char* name) { return mkdirat(directory, name, S_IRWXU) == 0; }));
    Fd fd(openat(directory, temporary.name().c_str(),
                 O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd.valid() && errno == ENOENT && is_directory(place)) return Written{};  // see below
    if (!fd.valid() || fstat(fd.get(), &status) != 0) return os_failure();
    // Whoever owns the directory above can rename in it; only what was just made is given away.
    if (status.st_uid != geteuid() || (status.st_mode & 0777U) != S_IRWXU) return os_failure(EBUSY);
    label_as_below(directory, fd.get(), wanted.selinux_type);
    auto written = TRY(give(fd.get(), wanted));
    auto renamed = temporary.rename(RENAME_NOREPLACE);
    // File systems without the flag; over a directory that is not empty rename(2) fails as well.
    if (!renamed && (renamed.error().code == EINVAL || renamed.error().code == ENOSYS))
        renamed = temporary.rename(0);
    if (!renamed) {
        // Somebody was faster. Synced all the same: he may not have come to that yet.
        if (!is_directory(place)) return std::unexpected(std::move(renamed).error());
        written = {};
    }
    TRY(sync_directory(directory));
    // Not before: a run at work whose temporary directory goes then finds the final one.
    remove_stale_directories(place);
    return written;
}

Result<void> symlink_at(const Place& place, const std::string& target)
{
    int directory = place.directory.get();
    if (is_directory(place)) return os_failure(EISDIR);
    remove_stale(place);
    auto temporary = TRY(Temporary::make(
        place, [&](const char* name) { return symlinkat(target.c_str(), directory, name) == 0; }));
    TRY(temporary.rename(0));
    return sync_directory(directory);
}

Result<void> remove_at(const Place& place)
{
    int directory = place.directory.get();
    // On a read-only file system unlinkat(2) says so before it looks whether there is anything.
    struct stat status{};
    if (fstatat(directory, place.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT ? Result<void>() : os_failure();
    if (unlinkat(directory, place.name.c_str(), 0) != 0)
        return errno == ENOENT ? Result<void>() : os_failure();
    return sync_directory(directory);
}

}  // namespace onectx
