// See resolve.h.
#include "guest/system/resolve.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <climits>
#include <string>
#include <vector>

#include "common/limits.h"
#include "common/text.h"
#include "guest/system/files.h"

namespace onectx {
namespace {

// The kernel gives EAGAIN when a rename anywhere on the machine might have let ".." escape; a few
// tries and then the walk, which holds each directory open and so needs no such doubt.
constexpr int kResolveTries = 16;

// Each directory from the top down to the present one is held open, so ".." is the one we came
// from, and a directory moved meanwhile takes nobody out of the top.
class Walk {
  public:
    explicit Walk(const Scope& scope) : scope_(scope) {}

    Result<Fd> open(std::string_view path, int flags, unsigned mode)
    {
        if (path.size() >= PATH_MAX) return os_failure(ENAMETOOLONG);
        bool exclusive = (flags & O_CREAT) != 0 && (flags & O_EXCL) != 0;
        bool follow_last = (flags & O_NOFOLLOW) == 0 && !exclusive;
        push(path);
        while (!todo_.empty()) {
            auto name = std::move(todo_.back());
            todo_.pop_back();
            if (name == ".") continue;
            if (name == "..") {
                TRY(leave());
                continue;
            }
            bool last = todo_.empty();
            Fd next(openat(here(), name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
            if (!next.valid() && !(errno == ENOENT && last && (flags & O_CREAT) != 0))
                return os_failure();
            auto type = next.valid() ? TRY(type_of(next)) : mode_t{S_IFREG};
            if (S_ISLNK(type) && (!last || follow_last))
                TRY(follow(next));
            else if (last)
                return open_here(name, flags, mode);
            else if (S_ISDIR(type))
                above_.push_back(std::move(next));
            else
                return os_failure(ENOTDIR);
        }
        return open_here(".", flags, mode);
    }

  private:
    [[nodiscard]] int here() const { return above_.empty() ? scope_.top : above_.back().get(); }

    // The path's components, the next one at the back.
    void push(std::string_view path)
    {
        auto parts = split(path, '/');
        // A slash at the end says that a directory is meant.
        if (parts.back().empty()) todo_.emplace_back(".");
        for (auto part = parts.rbegin(); part != parts.rend(); ++part)
            if (!part->empty()) todo_.emplace_back(*part);
    }

    Result<void> leave()
    {
        if (!above_.empty())
            above_.pop_back();
        else if (scope_.links == Links::refused)
            return os_failure(EXDEV);
        return {};
    }

    static Result<mode_t> type_of(const Fd& fd)
    {
        struct stat status{};
        if (fstat(fd.get(), &status) != 0) return os_failure();
        return status.st_mode;
    }

    Result<void> follow(const Fd& link)
    {
        if (scope_.links == Links::refused || ++links_ > kMaxLinks) return os_failure(ELOOP);
        auto target = TRY(read_link(link.get()));
        if (target.starts_with('/')) above_.clear();
        push(target);
        return {};
    }

    Result<Fd> open_here(const std::string& name, int flags, unsigned mode) const
    {
        Fd fd(openat(here(), name.c_str(), flags | O_NOFOLLOW, mode));
        if (!fd.valid()) return os_failure();
        return fd;
    }

    Scope scope_;
    std::vector<Fd> above_;          // the directories below the top, outermost first
    std::vector<std::string> todo_;  // components still to go, the next one at the back
    unsigned links_ = 0;
};

}  // namespace

Result<std::string> read_link(int link)
{
    std::string target(PATH_MAX, '\0');
    auto length = readlinkat(link, "", target.data(), target.size());
    if (length < 0) return os_failure();
    target.resize(static_cast<std::size_t>(length));
    return target;
}

Result<Fd> open_in(const Scope& scope, std::string_view path, int flags, unsigned mode)
{
    if (path.find('\0') != std::string_view::npos) return os_failure(EINVAL);
    flags |= O_CLOEXEC;
    // Below the top every path is relative; an absolute one would be an escape (EXDEV).
    std::string relative(path.substr(std::min(path.find_first_not_of('/'), path.size())));
    if (relative.empty()) relative = ".";

    open_how how{};
    how.flags = static_cast<unsigned>(flags);
    how.mode = (flags & O_CREAT) != 0 ? mode : 0;
    how.resolve =
        RESOLVE_NO_MAGICLINKS |
        (scope.links == Links::inside ? RESOLVE_IN_ROOT : RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
    for (int i = 0; i < kResolveTries && scope.resolver == Resolver::kernel; ++i) {
        auto fd = syscall(SYS_openat2, scope.top, relative.c_str(), &how, sizeof(how));
        if (fd >= 0) return Fd(static_cast<int>(fd));
        // EPERM may be the file's own; then the walk runs into it again.
        if (errno == ENOSYS || errno == EPERM) break;
        if (errno != EAGAIN && errno != EINTR) return os_failure();
    }
    return Walk(scope).open(relative, flags, mode);
}

}  // namespace onectx
