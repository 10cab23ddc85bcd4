// See output_file.h.
#include "host/output_file.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cstdlib>

#include "common/limits.h"
#include "common/text.h"

namespace onectx {
namespace {

constexpr std::uint64_t kDeviceBlock = 4096;    // the largest that block devices have
constexpr std::size_t kZeroBytes = 64U << 10U;  // written at once
constexpr std::uint64_t kMaxImageInMemory = 8U << 20U;

struct Location {
    std::string directory;
    std::string name;
};

Location split_path(const std::string& path)
{
    auto slash = path.rfind('/');
    if (slash == std::string::npos) return {".", path};
    return {slash == 0 ? "/" : path.substr(0, slash), path.substr(slash + 1)};
}

// The path behind the symbolic links at `path`, whether or not there is something at their end.
Result<std::string> follow_links(std::string path)
{
    for (unsigned links = 0; links <= kMaxLinks; ++links) {
        std::array<char, PATH_MAX> buffer{};
        auto length = readlink(path.c_str(), buffer.data(), buffer.size());
        if (length < 0) return path;  // no link, or nothing there: opening it will tell
        std::string target(buffer.data(), static_cast<std::size_t>(length));
        path = target.starts_with('/') ? target : join({split_path(path).directory, target}, "/");
    }
    return fail_errno(printable(path), ELOOP);
}

bool leads_to_device(const std::string& path)
{
    struct stat status{};
    return stat(path.c_str(), &status) == 0 && S_ISBLK(status.st_mode);
}

Result<std::string> random_name()
{
    std::array<char, 8> bytes{};
    if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
        return fail_errno("getrandom");
    return ".onectx-" + to_hex({bytes.data(), bytes.size()});
}

}  // namespace

SignalHold::SignalHold()
{
    sigemptyset(&held_);
    for (int signal : {SIGINT, SIGTERM, SIGHUP})
        sigaddset(&held_, signal);
    pthread_sigmask(SIG_BLOCK, &held_, &before_);
}

SignalHold::~SignalHold()
{
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

bool SignalHold::interrupted() const
{
    sigset_t pending{};
    sigpending(&pending);
    for (int signal : {SIGINT, SIGTERM, SIGHUP}) {
        if (sigismember(&pending, signal) == 1 && sigismember(&before_, signal) == 0) return true;
    }
    return false;
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : path_(std::move(other.path_)),
      name_(std::move(other.name_)),
      temporary_(std::exchange(other.temporary_, "")),
      directory_(std::move(other.directory_)),
      file_(std::move(other.file_)),
      policy_(other.policy_),
      replaced_(other.replaced_),
      size_(other.size_),
      capacity_(other.capacity_),
      is_device_(other.is_device_)
{
}

OutputFile::~OutputFile()
{
    if (!temporary_.empty()) unlinkat(directory_.get(), temporary_.c_str(), 0);
}

Result<OutputFile> OutputFile::create(const std::string& path, const OutputPolicy& policy)
{
    OutputFile output;
    output.path_ = printable(path);
    output.policy_ = policy;
    bool replaces_link = policy.replaces_links && !leads_to_device(path);
    auto target = split_path(replaces_link ? path : TRY(follow_links(path)));
    output.directory_ = Fd(open(target.directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!output.directory_.valid()) return fail_errno("write " + output.path_);
    TRY(output.open_target(target.name));
    return output;
}

Result<OutputFile> OutputFile::unnamed(std::uint64_t content_bytes)
{
    OutputFile output;
    output.path_ = "a temporary file";
    if (content_bytes <= kMaxImageInMemory) {
        output.file_ = Fd(memfd_create("onectx", MFD_CLOEXEC));
    } else {
        const char* folder = std::getenv("TMPDIR");
        output.file_ =
            Fd(open(folder && *folder ? folder : "/var/tmp", O_RDWR | O_TMPFILE | O_CLOEXEC, 0600));
    }
    if (!output.file_.valid()) return fail_errno("open a temporary file");
    return output;
}

Result<void> OutputFile::open_target(const std::string& name)
{
    name_ = name;
    auto attempt = "write " + path_;
    struct stat status{};
    bool exists = fstatat(directory_.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
    if (!exists && (errno != ENOENT || name.empty())) return fail_errno(attempt);
    if (exists && S_ISBLK(status.st_mode)) {
        // O_EXCL refuses a device that is mounted or otherwise in use (open(2)).
        file_ = Fd(openat(directory_.get(), name.c_str(), O_RDWR | O_EXCL | O_CLOEXEC));
        if (!file_.valid()) return fail_errno(attempt);
        if (ioctl(file_.get(), BLKGETSIZE64, &capacity_) != 0) return fail_errno(attempt);
        is_device_ = true;
        return {};
    }
    if (exists && S_ISREG(status.st_mode))
        replaced_ = status;
    else if (exists && !S_ISLNK(status.st_mode))
        return fail(attempt + ": neither a regular file nor a block device");
    return open_nameless(policy_.is_private || replaced_ ? 0600 : 0666);
}

Result<void> OutputFile::open_nameless(mode_t mode)
{
    file_ = Fd(openat(directory_.get(), ".", O_TMPFILE | O_RDWR | O_CLOEXEC, mode));
    if (file_.valid()) return {};
    // What open(2) says of kernels and file systems without it.
    if (errno == EOPNOTSUPP || errno == EISDIR || errno == ENOENT || errno == EINVAL)
        return open_temporary(mode);
    return fail_errno("write " + path_);
}

Result<void> OutputFile::open_temporary(mode_t mode)
{
    auto name = TRY(random_name());
    file_ = Fd(openat(directory_.get(), name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    if (!file_.valid()) return fail_errno("write " + path_);
    temporary_ = std::move(name);
    return {};
}

Result<void> OutputFile::expect_size(std::uint64_t bytes)
{
    size_ = bytes;
    if (!is_device_ || bytes <= capacity_) return {};
    return fail("write " + path_ + ": the device has " + std::to_string(capacity_) +
                " bytes, the image " + std::to_string(bytes));
}

Result<void> OutputFile::write(std::string_view bytes)
{
    while (!bytes.empty()) {
        auto written = ::write(file_.get(), bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return fail_errno("write " + path_);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

Result<void> OutputFile::resize(std::uint64_t bytes)
{
    if (is_device_) return {};
    if (ftruncate(file_.get(), static_cast<off_t>(bytes)) != 0) return fail_errno("write " + path_);
    return {};
}

Result<void> OutputFile::write_at(std::uint64_t offset, std::string_view bytes)
{
    while (!bytes.empty()) {
        auto written = pwrite(file_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return fail_errno("write " + path_);
        bytes.remove_prefix(static_cast<std::size_t>(written));
        offset += static_cast<std::uint64_t>(written);
    }
    return {};
}

Result<void> OutputFile::zero(std::uint64_t offset, std::uint64_t bytes)
{
    static const std::string zeros(kZeroBytes, '\0');
    if (!is_device_) return {};
    while (bytes > 0) {
        auto count = static_cast<std::size_t>(std::min<std::uint64_t>(bytes, zeros.size()));
        TRY(write_at(offset, std::string_view(zeros).substr(0, count)));
        offset += count;
        bytes -= count;
    }
    return {};
}

// A file that was opened without a name gets one. An existing target cannot be linked over, so it
// is a temporary one, for as long as it takes to rename it.
Result<void> OutputFile::give_name()
{
    auto name = TRY(random_name());
    // The first way needs a new kernel or CAP_DAC_READ_SEARCH, the second one /proc: open(2).
    auto by_proc = "/proc/self/fd/" + std::to_string(file_.get());
    if (linkat(file_.get(), "", directory_.get(), name.c_str(), AT_EMPTY_PATH) != 0 &&
        linkat(AT_FDCWD, by_proc.c_str(), directory_.get(), name.c_str(), AT_SYMLINK_FOLLOW) != 0)
        return fail_errno("write " + path_);
    temporary_ = std::move(name);
    return {};
}

Result<void> OutputFile::commit()
{
    TRY(finish(true));
    TRY(publish());
    // EINVAL: this file system cannot sync a directory.
    if (!is_device_ && fsync(directory_.get()) != 0 && errno != EINVAL)
        return fail_errno("write " + path_);
    return {};
}

Result<void> OutputFile::seal()
{
    return finish(is_device_);
}

Result<void> OutputFile::finish(bool sync)
{
    if (replaced_) TRY(keep_attributes());
    if (is_device_) TRY(zero_rest());
    if (sync && fsync(file_.get()) != 0) return fail_errno("write " + path_);
    // Without a name it lives as long as it is open.
    return is_device_ || !temporary_.empty() ? close_file() : Result<void>{};
}

// Some network file systems report a full disk no earlier than here.
Result<void> OutputFile::close_file()
{
    if (close(file_.release()) != 0) return fail_errno("write " + path_);
    return {};
}

Result<void> OutputFile::publish()
{
    if (is_device_) return {};
    if (temporary_.empty()) {
        TRY(give_name());
        TRY(close_file());
    }
    if (renameat(directory_.get(), temporary_.c_str(), directory_.get(), name_.c_str()) != 0)
        return fail_errno("write " + path_);
    temporary_.clear();
    return {};
}

// The owner first: changing it takes set-id bits away, and the mode may be a wider one. A private
// file is its owner's alone, even in the place of one that everybody could read.
Result<void> OutputFile::keep_attributes() const
{
    auto attempt = "write " + path_;
    bool kept = fchown(file_.get(), replaced_->st_uid, replaced_->st_gid) == 0;
    if (!kept && !(policy_.keeps_owner_if_allowed && errno == EPERM))
        return fail_errno(attempt + ": keep the owner");
    if (fchmod(file_.get(), replaced_->st_mode & (policy_.is_private ? 07700 : 07777)) != 0)
        return fail_errno(attempt + ": keep the mode");
    return {};
}

// Nobody reads there what an earlier owner of the device left. The kernel wants whole blocks.
Result<void> OutputFile::zero_rest() const
{
    auto attempt = "write " + path_ + ": zeros behind the image";
    auto start = std::min(capacity_, (size_ + kDeviceBlock - 1) / kDeviceBlock * kDeviceBlock);
    std::string zeros(static_cast<std::size_t>(start - size_), '\0');
    auto written = pwrite(file_.get(), zeros.data(), zeros.size(), static_cast<off_t>(size_));
    if (written != static_cast<ssize_t>(zeros.size())) return fail_errno(attempt);
    std::array<std::uint64_t, 2> range{start, capacity_ - start};
    if (range[1] > 0 && ioctl(file_.get(), BLKZEROOUT, range.data()) != 0)
        return fail_errno(attempt);
    return {};
}

}  // namespace onectx
