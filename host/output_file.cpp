// See output_file.h.
#include "host/output_file.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <unistd.h>

#include <array>
#include <climits>

#include "common/limits.h"
#include "common/text.h"

namespace onectx {
namespace {

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
      replaced_(other.replaced_),
      is_device_(other.is_device_)
{
}

OutputFile::~OutputFile()
{
    if (!temporary_.empty()) unlinkat(directory_.get(), temporary_.c_str(), 0);
}

Result<OutputFile> OutputFile::create(const std::string& path, bool is_private)
{
    OutputFile output;
    output.path_ = printable(path);
    auto target = split_path(TRY(follow_links(path)));
    output.name_ = target.name;
    output.directory_ = Fd(open(target.directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!output.directory_.valid()) return fail_errno("write " + output.path_);

    struct stat status{};
    if (fstatat(output.directory_.get(), target.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) {
        if (S_ISBLK(status.st_mode)) {
            // O_EXCL refuses a device that is mounted or otherwise in use (open(2)).
            output.file_ = Fd(
                openat(output.directory_.get(), target.name.c_str(), O_RDWR | O_EXCL | O_CLOEXEC));
            if (!output.file_.valid()) return fail_errno("write " + output.path_);
            output.is_device_ = true;
            return output;
        }
        if (!S_ISREG(status.st_mode))
            return fail("write " + output.path_ + ": neither a regular file nor a block device");
        output.replaced_ = status;
    } else if (errno != ENOENT || target.name.empty()) {
        return fail_errno("write " + output.path_);
    }
    TRY(output.open_temporary(is_private || output.replaced_ ? 0600 : 0666));
    return output;
}

Result<void> OutputFile::open_temporary(mode_t mode)
{
    auto name = TRY(random_name());
    file_ = Fd(openat(directory_.get(), name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    if (!file_.valid()) return fail_errno("write " + path_);
    temporary_ = std::move(name);
    return {};
}

Result<void> OutputFile::expect_size(std::uint64_t bytes) const
{
    if (!is_device_) return {};
    std::uint64_t capacity = 0;
    if (ioctl(file_.get(), BLKGETSIZE64, &capacity) != 0) return fail_errno("write " + path_);
    if (bytes <= capacity) return {};
    return fail("write " + path_ + ": the device has " + std::to_string(capacity) +
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

Result<void> OutputFile::commit()
{
    auto attempt = "write " + path_;
    if (replaced_) {
        // The owner first: changing it takes set-id bits away, and the mode may be a wider one.
        if (fchown(file_.get(), replaced_->st_uid, replaced_->st_gid) != 0)
            return fail_errno(attempt + ": keep the owner");
        if (fchmod(file_.get(), replaced_->st_mode & 07777) != 0)
            return fail_errno(attempt + ": keep the mode");
    }
    if (fsync(file_.get()) != 0) return fail_errno(attempt);
    // Some network file systems report a full disk no earlier than here.
    if (close(file_.release()) != 0) return fail_errno(attempt);
    if (is_device_) return {};
    if (renameat(directory_.get(), temporary_.c_str(), directory_.get(), name_.c_str()) != 0)
        return fail_errno(attempt);
    temporary_.clear();
    // EINVAL: this file system cannot sync a directory.
    if (fsync(directory_.get()) != 0 && errno != EINVAL) return fail_errno(attempt);
    return {};
}

}  // namespace onectx
