// See file_source.h.
#include "posix/file_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace onectx {
namespace {

Result<void> require_places(const struct stat& status)
{
    if (S_ISREG(status.st_mode) || S_ISBLK(status.st_mode)) return {};
    return fail("is no regular file and no block device", EINVAL);
}

}  // namespace

Result<FileSource> FileSource::open(const std::string& path)
{
    // Looked at before it is opened: open(2) of a FIFO waits for its writer.
    struct stat status{};
    if (stat(path.c_str(), &status) != 0) return fail_errno(path);
    TRY(in_context(path, require_places(status)));
    Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
    if (!fd.valid()) return fail_errno(path);
    return in_context(path, from(std::move(fd)));
}

Result<FileSource> FileSource::from(Fd fd)
{
    struct stat status{};
    if (fstat(fd.get(), &status) != 0) return fail_errno("fstat");
    TRY(require_places(status));
    // st_size of a block device is 0.
    const auto end = lseek(fd.get(), 0, SEEK_END);
    if (end < 0) return fail_errno("seek to the end");
    return FileSource(std::move(fd), static_cast<std::uint64_t>(end));
}

Result<void> FileSource::read_at(std::uint64_t offset, std::span<std::byte> into) const
{
    if (offset > size_ || into.size() > size_ - offset) return fail("the end came too early");
    while (!into.empty()) {
        const auto got = pread(fd_.get(), into.data(), into.size(), static_cast<off_t>(offset));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return fail_errno("read at byte " + std::to_string(offset));
        if (got == 0) return fail("the end came too early");
        into = into.subspan(static_cast<std::size_t>(got));
        offset += static_cast<std::uint64_t>(got);
    }
    return {};
}

}  // namespace onectx
