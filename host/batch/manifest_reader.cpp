// See manifest_reader.h.
#include "host/batch/manifest_reader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "common/limits.h"
#include "common/text.h"

namespace onectx {
namespace {

constexpr std::size_t kReadBytes = 64U << 10U;

}  // namespace

Result<ManifestReader> ManifestReader::open(const std::string& path)
{
    ManifestReader reader;
    reader.name_ = path == "-" ? "standard input" : printable(path);
    reader.file_ = Fd(path == "-" ? dup(STDIN_FILENO) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat status{};
    if (!reader.file_.valid() || fstat(reader.file_.get(), &status) != 0)
        return fail_errno(reader.name_);
    if (S_ISDIR(status.st_mode)) return fail_errno(reader.name_, EISDIR);
    if (S_ISREG(status.st_mode)) reader.size_ = static_cast<std::uint64_t>(status.st_size);
    return reader;
}

Result<void> ManifestReader::fill()
{
    buffer_.erase(0, std::exchange(start_, 0));
    scanned_ = buffer_.size();
    buffer_.resize(scanned_ + kReadBytes);
    auto got = read(file_.get(), buffer_.data() + scanned_, kReadBytes);
    auto code = errno;
    buffer_.resize(scanned_ + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got < 0 && code != EINTR && code != EAGAIN) return fail_errno(name_, code);
    if (got > 0) read_ += static_cast<std::uint64_t>(got);
    ended_ = got == 0;
    return {};
}

std::optional<ManifestLine> ManifestReader::next()
{
    for (;;) {
        auto end = buffer_.find('\n', std::max(start_, scanned_));
        bool is_whole = end != std::string::npos;
        scanned_ = is_whole ? end + 1 : buffer_.size();
        if (!is_whole && buffer_.size() - start_ > kMaxManifestLineBytes) {
            skipping_ = true;
            start_ = buffer_.size();
        }
        if (!is_whole && (!ended_ || (start_ == buffer_.size() && !skipping_))) return std::nullopt;
        auto line = take(is_whole ? end : buffer_.size(), scanned_);
        if (line) return line;
    }
}

std::optional<ManifestLine> ManifestReader::take(std::size_t end, std::size_t next)
{
    ++line_;
    auto text = trim(std::string_view(buffer_).substr(start_, end - start_));
    bool is_too_long = std::exchange(skipping_, false) || text.size() > kMaxManifestLineBytes;
    ManifestLine line{line_, is_too_long ? "" : std::string(text), is_too_long};
    start_ = next;
    if (line.text.empty() && !is_too_long) return std::nullopt;
    return line;
}

std::optional<unsigned> ManifestReader::percent() const
{
    if (size_ == 0) return std::nullopt;
    auto taken = read_ - (buffer_.size() - start_);
    return static_cast<unsigned>(std::min<std::uint64_t>(100, taken * 100 / size_));
}

}  // namespace onectx
