// See root.h.
#include "guest/system/root.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <utility>

#include "common/limits.h"
#include "guest/system/files.h"

namespace onectx {
namespace {

enum class Missing { is_error, is_made };  // what to do about directories that are not there

bool is_absence(const Error& error)
{
    // ENOTDIR: a file stands where the path wants a directory, so there is nothing at the path.
    return error.code == ENOENT || error.code == ENOTDIR;
}

FileStatus status_of(const struct stat& status)
{
    auto type = S_ISREG(status.st_mode)   ? FileType::regular
                : S_ISDIR(status.st_mode) ? FileType::directory
                : S_ISLNK(status.st_mode) ? FileType::symlink
                                          : FileType::other;
    return {type, status.st_mode & 07777U, status.st_uid, status.st_gid};
}

// "/etc/hosts" -> "/etc", "hosts"
std::pair<std::string_view, std::string_view> split_name(std::string_view path)
{
    auto slash = path.rfind('/');
    if (slash == std::string_view::npos) return {"", path};
    return {path.substr(0, slash), path.substr(slash + 1)};
}

Result<Fd> open_directory(const Scope& scope, std::string_view path, Missing missing);

// The place of a path; its last component is not followed.
Result<Place> place_of(const Scope& scope, std::string_view path, Missing missing)
{
    auto [above, name] = split_name(path);
    if (name.empty() || name == "." || name == "..") return os_failure(EISDIR);
    if (name.size() > kMaxFileNameBytes) return os_failure(ENAMETOOLONG);
    if (name.find('\0') != std::string_view::npos) return os_failure(EINVAL);
    return Place
    {
        TRY(open_directory(scope, above, missing))
        , std::string(name)
    };
}

// The place that a path leads to when its last component is a link, and that link's target, and so
// on. Below an anchor a link leads nowhere; who uses the place runs into it.
Result<Place> followed_place_of(const Scope& scope, std::string_view path)
{
    std::string at(path);
    for (unsigned links = 0; links <= kMaxLinks; ++links) {
        auto place = TRY(place_of(scope, at, Missing::is_made));
        Fd link(openat(place.directory.get(), place.name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
        struct stat status{};
        if (scope.links == Links::refused || !link.valid() || fstat(link.get(), &status) != 0 ||
            !S_ISLNK(status.st_mode))
            return place;
        auto target = TRY(read_link(link.get()));
        at = target.starts_with('/') ? target : std::string(split_name(at).first) + "/" + target;
    }
    return os_failure(ELOOP);
}

Result<Fd> open_directory(const Scope& scope, std::string_view path, Missing missing)
{
    auto opened = open_in(scope, path, O_RDONLY | O_DIRECTORY);
    if (opened || missing == Missing::is_error || opened.error().code != ENOENT) return opened;
    auto place = TRY(followed_place_of(scope, path));
    // Who may not give it to root may still make it.
    static_cast<void>(TRY(make_directory_at(place, {.mode = 0755})));
    Fd fd(openat(place.directory.get(), place.name.c_str(),
                 O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd.valid()) return os_failure();
    return fd;
}

// Where a path with an anchor is resolved: the anchor's directory, and what is left of the path.
struct Anchored {
    Fd directory;  // invalid without an anchor
    Scope scope;
    std::string_view path;
};

// An anchor is never made: it would be root's, and who owns the ground has to make it his.
Result<Anchored> anchor_in(const Scope& scope, std::string_view anchor, std::string_view path)
{
    if (anchor.empty()) return Anchored{Fd(), scope, path};
    while (anchor.ends_with('/'))
        anchor.remove_suffix(1);
    if (!path.starts_with(anchor) || !path.substr(anchor.size()).starts_with('/'))
        return fail("it is not below " + std::string(anchor), EINVAL);
    Anchored result
    {
        TRY(open_directory(scope, anchor, Missing::is_error))
        , {}, path.substr(anchor.size())
    };
    result.scope = {result.directory.get(), Links::refused, scope.resolver};
    return result;
}

Result<Fd> open_regular(const Scope& scope, std::string_view path, struct stat& status)
{
    // Look before opening: opening a device can do something, and a pipe has nobody at its end.
    auto fd = TRY(open_in(scope, path, O_PATH));
    if (fstat(fd.get(), &status) != 0) return os_failure();
    if (!S_ISREG(status.st_mode)) return fail("not a regular file");
    fd = TRY(open_in(scope, path, O_RDONLY | O_NONBLOCK | O_NOCTTY));
    if (fstat(fd.get(), &status) != 0) return os_failure();
    if (!S_ISREG(status.st_mode)) return fail("not a regular file");
    return fd;
}

Result<FileText> read_in(const Scope& scope, std::string_view path)
{
    struct stat status{};
    auto fd = TRY(open_regular(scope, path, status));
    if (scope.links == Links::refused && status.st_nlink > 1) return os_failure(EMLINK);
    return FileText
    {
        TRY(read_all(fd.get(), kMaxSystemFileBytes))
        , status_of(status)
    };
}

// "Too many levels" is the kernel's word for the one link that it does not follow below an anchor.
template <class T>
Result<T> explained(const Scope& scope, Result<T> result)
{
    if (!result && scope.links == Links::refused && result.error().code == ELOOP)
        return fail("is a symbolic link, which is not followed here", ELOOP);
    return result;
}

template <class T>
Result<std::optional<T>> absent_or(std::string_view verb, std::string_view path, Result<T> result)
{
    if (result) return std::optional<T>(std::move(*result));
    if (is_absence(result.error())) return std::nullopt;
    return std::unexpected(
        in_context(std::string(verb) + " " + std::string(path), std::move(result).error()));
}

}  // namespace

Result<Root> Root::open(const std::string& directory, Resolver resolver)
{
    Fd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd.valid()) return fail_errno("open " + directory);
    return Root(std::move(fd), resolver);
}

Result<std::optional<FileText>> Root::read(std::string_view path) const
{
    return absent_or("read", path, read_in(scope(), path));
}

Result<std::optional<FileText>> Root::read_below(std::string_view anchor,
                                                 std::string_view path) const
{
    auto read = [&]() -> Result<FileText> {
        auto at = TRY(anchor_in(scope(), anchor, path));
        return explained(at.scope, read_in(at.scope, at.path));
    };
    return absent_or("read", path, read());
}

Result<std::optional<FileStatus>> Root::status(std::string_view path) const
{
    auto look = [&]() -> Result<FileStatus> {
        auto fd = TRY(open_in(scope(), path, O_PATH | O_NOFOLLOW));
        struct stat status{};
        if (fstat(fd.get(), &status) != 0) return os_failure();
        return status_of(status);
    };
    return absent_or("look at", path, look());
}

Result<std::optional<std::string>> Root::link_target(std::string_view path) const
{
    auto look = [&]() -> Result<std::string> {
        auto fd = TRY(open_in(scope(), path, O_PATH | O_NOFOLLOW));
        struct stat status{};
        if (fstat(fd.get(), &status) != 0) return os_failure();
        if (!S_ISLNK(status.st_mode)) return os_failure(ENOENT);  // absent, by contract
        return read_link(fd.get());
    };
    return absent_or("look at", path, look());
}

Result<std::vector<std::string>> Root::list(std::string_view path) const
{
    auto look = [&]() -> Result<std::vector<std::string>> {
        auto fd = TRY(open_in(scope(), path, O_RDONLY | O_DIRECTORY));
        return names_in(fd.get());
    };
    auto names = TRY(absent_or("list", path, look()));
    return names.value_or(std::vector<std::string>());
}

Result<Written> Root::replace(const WriteFile& file, std::uint32_t uid, std::uint32_t gid)
{
    auto at = TRY(anchor_in(scope(), file.anchor, file.path));
    auto place = TRY(explained(at.scope, followed_place_of(at.scope, at.path)));
    return explained(at.scope,
                     replace_at(place, file.content, {file.mode, uid, gid, file.selinux_type}));
}

Result<Written> Root::make_directory(const MakeDirectory& directory, std::uint32_t uid,
                                     std::uint32_t gid)
{
    auto at = TRY(anchor_in(scope(), directory.anchor, directory.path));
    auto place = TRY(explained(at.scope, followed_place_of(at.scope, at.path)));
    return make_directory_at(place, {directory.mode, uid, gid, directory.selinux_type});
}

Result<void> Root::make_symlink(const MakeSymlink& link)
{
    return symlink_at(TRY(place_of(scope(), link.path, Missing::is_made)), link.target);
}

Result<void> Root::remove(const RemoveFile& file)
{
    auto remove = [&]() -> Result<void> {
        auto at = TRY(anchor_in(scope(), file.anchor, file.path));
        return remove_at(TRY(explained(at.scope, place_of(at.scope, at.path, Missing::is_error))));
    };
    auto removed = remove();
    if (!removed && is_absence(removed.error())) return {};
    return removed;
}

Result<Fd> Root::open_unlinked(std::string_view path, int flags) const
{
    const Scope strict{fd_.get(), Links::refused, resolver_};
    return in_context("open " + std::string(path), explained(strict, open_in(strict, path, flags)));
}

Result<Fd> Root::open_inside(std::string_view path, int flags, unsigned mode) const
{
    return in_context("open " + std::string(path), open_in(scope(), path, flags, mode));
}

}  // namespace onectx
