// See content_reader.h.
#include "host/content_reader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "common/text.h"

namespace onectx {
namespace {

std::string attempt_to_read(const SourceFile& file)
{
    return "read " + printable(file.path);
}

Fd open_source(const SourceFile& source)
{
    if (source.unnamed) {
        auto path = "/proc/self/fd/" + std::to_string(source.unnamed->get());
        return Fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    }
    // What was a regular file may have become a link or a pipe: follow none, wait for none.
    return Fd(::open(source.path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
}

bool is_same(const SourceFile& file, const struct stat& now)
{
    return now.st_dev == file.device && now.st_ino == file.inode &&
           static_cast<std::uint64_t>(now.st_size) == file.size &&
           now.st_mtim.tv_sec == file.modified.tv_sec &&
           now.st_mtim.tv_nsec == file.modified.tv_nsec;
}

}  // namespace

std::uint64_t ContentReader::size() const
{
    if (const auto* file = std::get_if<SourceFile>(&entry_->content)) return file->size;
    return std::get<std::string>(entry_->content).size();
}

Result<void> ContentReader::open()
{
    position_ = 0;
    const auto* source = std::get_if<SourceFile>(&entry_->content);
    if (!source) return {};
    file_ = open_source(*source);
    if (!file_.valid()) {
        auto code = errno;
        return fail_errno(attempt_to_read(*source), code);
    }
    return check_unchanged();
}

Result<void> ContentReader::check_unchanged() const
{
    const auto* source = std::get_if<SourceFile>(&entry_->content);
    struct stat now{};
    if (!source || (fstat(file_.get(), &now) == 0 && is_same(*source, now))) return {};
    return fail(attempt_to_read(*source) + ": changed in the meantime");
}

Result<std::size_t> ContentReader::read(std::span<char> into)
{
    auto rest = size() - position_;
    into = into.first(static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), rest)));
    if (into.empty()) return 0;
    if (const auto* text = std::get_if<std::string>(&entry_->content))
        text->copy(into.data(), into.size(), static_cast<std::size_t>(position_));
    else
        TRY(read_file(into));
    position_ += into.size();
    return into.size();
}

Result<void> ContentReader::read_file(std::span<char> into)
{
    bool reaches_end = position_ + into.size() == size();
    auto at = position_;
    while (!into.empty()) {
        auto got = pread(file_.get(), into.data(), into.size(), static_cast<off_t>(at));
        auto code = errno;
        if (got < 0 && code == EINTR) continue;
        const auto& source = std::get<SourceFile>(entry_->content);
        if (got < 0) return fail_errno(attempt_to_read(source), code);
        if (got == 0) return fail(attempt_to_read(source) + ": became shorter");
        into = into.subspan(static_cast<std::size_t>(got));
        at += static_cast<std::uint64_t>(got);
    }
    return reaches_end ? check_unchanged() : Result<void>{};
}

}  // namespace onectx
