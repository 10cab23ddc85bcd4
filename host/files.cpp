// Finding of files: every path is opened first (O_PATH, which has no effect on what it opens) and
// judged afterwards by what was opened, so nothing can be exchanged between the check and the use.
// See files.h.
#include "host/files.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <memory>

#include "common/limits.h"
#include "common/text.h"
#include "posix/fd.h"

namespace onectx {
namespace {

bool is_at_or_below(std::string_view path, std::string_view directory)
{
    while (directory.size() > 1 && directory.ends_with('/'))
        directory.remove_suffix(1);
    if (directory == "/") return true;
    return path.starts_with(directory) &&
           (path.size() == directory.size() || path[directory.size()] == '/');
}

std::string proc_path(const Fd& file)
{
    return "/proc/self/fd/" + std::to_string(file.get());
}

// Something that was opened with O_PATH: what it is and where it really is.
struct Found {
    Fd handle;
    struct stat status{};
    std::string path;  // absolute, without links
};

Result<Found> find(int directory, const std::string& name, int flags, std::string_view shown)
{
    Found found;
    found.handle = Fd(openat(directory, name.c_str(), O_PATH | O_CLOEXEC | flags));
    if (!found.handle.valid()) return fail_errno(shown);
    if (fstat(found.handle.get(), &found.status) != 0) return fail_errno(shown);
    std::array<char, PATH_MAX> target{};
    auto length = readlink(proc_path(found.handle).c_str(), target.data(), target.size());
    if (length < 0) return fail_errno(std::string(shown) + ": read /proc/self/fd");
    found.path.assign(target.data(), static_cast<std::size_t>(length));
    return found;
}

SourceFile source_of(Found found)
{
    return {.path = std::move(found.path),
            .size = static_cast<std::uint64_t>(found.status.st_size),
            .device = found.status.st_dev,
            .inode = found.status.st_ino,
            .modified = found.status.st_mtim};
}

// The kernel makes the content of such a file while it is read; the size it reports is no size.
Result<void> check_has_size(const Found& found, std::string_view shown)
{
    constexpr std::array<unsigned long, 8> kinds{
        PROC_SUPER_MAGIC, SYSFS_MAGIC,   CGROUP2_SUPER_MAGIC, CGROUP_SUPER_MAGIC,
        DEBUGFS_MAGIC,    TRACEFS_MAGIC, SECURITYFS_MAGIC,    EFIVARFS_MAGIC};
    struct statfs status{};
    if (fstatfs(found.handle.get(), &status) != 0) return fail_errno(shown);
    auto kind = static_cast<unsigned long>(status.f_type);
    if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) return {};
    return fail(std::string(shown) +
                ": the kernel makes it up when it is read; copy it to a file first");
}

// A directory of the policy without links, as far as it exists.
std::string resolve(const std::string& directory)
{
    auto found = find(AT_FDCWD, directory, O_DIRECTORY, "");
    return found ? found->path : directory;
}

Result<std::vector<std::string>> list_directory(const Found& directory)
{
    Fd readable(open(proc_path(directory.handle).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!readable.valid()) return fail_errno(printable(directory.path));
    struct Closer {
        void operator()(DIR* stream) const { closedir(stream); }
    };
    std::unique_ptr<DIR, Closer> stream(fdopendir(readable.get()));
    if (!stream) return fail_errno(printable(directory.path));
    static_cast<void>(readable.release());  // the stream owns it now

    std::vector<std::string> names;
    for (;;) {
        errno = 0;
        const auto* entry = readdir(stream.get());
        if (!entry) break;
        std::string_view name = static_cast<const char*>(entry->d_name);
        if (name != "." && name != "..") names.emplace_back(name);
        if (names.size() > kMaxIsoEntries)
            return fail(printable(directory.path) + ": too many files");
    }
    if (errno != 0) return fail_errno(printable(directory.path));
    std::sort(names.begin(), names.end());
    return names;
}

class Collector {
  public:
    explicit Collector(const FilePolicy& policy) : policy_(policy)
    {
        for (auto* directories : {&policy_.restricted, &policy_.safe})
            std::transform(directories->begin(), directories->end(), directories->begin(), resolve);
    }

    Result<void> add(const FileRequest& request);
    std::vector<Attachment> take() { return std::move(attachments_); }

  private:
    Result<void> add_found(Found found, const std::string& name, std::string_view shown);
    Result<void> add_directory(const Found& directory, const std::string& name);
    Result<Found> find_child(const Found& directory, const std::string& name,
                             std::string_view shown) const;
    [[nodiscard]] Result<void> check_allowed(const std::string& path, std::string_view shown) const;

    FilePolicy policy_;  // its directories without links
    std::vector<Attachment> attachments_;
    std::string top_;                   // the directory that was named, while it is copied
    std::vector<std::string> parents_;  // directories being copied, to see a link that leads back
};

// The last component of a path, or the name that was given for it.
Result<std::string> image_name(const FileRequest& request)
{
    std::string_view path = request.path;
    while (path.ends_with('/'))
        path.remove_suffix(1);
    auto last = path.substr(path.rfind('/') + 1);
    auto name = request.name.empty() ? std::string(last) : request.name;
    TRY(check_image_name(name));
    return name;
}

Result<void> Collector::add(const FileRequest& request)
{
    auto shown = printable(request.path);
    if (request.path.contains('\0')) return fail(shown + ": NUL byte");
    auto name = TRY(in_context(shown, image_name(request)));
    auto path = request.path.starts_with('/') ? request.path : policy_.base + "/" + request.path;
    auto found = TRY(find(AT_FDCWD, path, 0, shown));
    top_ = found.path;
    return add_found(std::move(found), name, shown);
}

Result<void> Collector::add_found(Found found, const std::string& name, std::string_view shown)
{
    TRY(check_allowed(found.path, shown));
    if (attachments_.size() >= kMaxIsoEntries)
        return fail("more than " + std::to_string(kMaxIsoEntries) + " files");
    if (S_ISDIR(found.status.st_mode)) {
        attachments_.push_back({.path = name, .content = DirectoryEntry{}});
        return add_directory(found, name);
    }
    if (!S_ISREG(found.status.st_mode))
        return fail(std::string(shown) + ": neither a regular file nor a directory");
    TRY(check_has_size(found, shown));
    bool executable = (found.status.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)) != 0;
    attachments_.push_back({name, executable, source_of(std::move(found))});
    return {};
}

Result<void> Collector::add_directory(const Found& directory, const std::string& name)
{
    auto shown_directory = printable(directory.path);
    if (std::find(parents_.begin(), parents_.end(), directory.path) != parents_.end())
        return fail(shown_directory + ": a link below it leads back to it");
    if (parents_.size() >= kMaxIsoDepth)
        return fail(shown_directory + ": more than " + std::to_string(kMaxIsoDepth) +
                    " directories below one another");
    parents_.push_back(directory.path);
    auto children = TRY(list_directory(directory));
    for (const auto& child : children) {
        auto shown = printable(join({directory.path, child}, "/"));
        auto found = TRY(find_child(directory, child, shown));
        TRY(add_found(std::move(found), join({name, child}, "/"), shown));
    }
    parents_.pop_back();
    return {};
}

Result<Found> Collector::find_child(const Found& directory, const std::string& name,
                                    std::string_view shown) const
{
    auto found = TRY(find(directory.handle.get(), name, O_NOFOLLOW, shown));
    if (!S_ISLNK(found.status.st_mode)) return found;
    auto target = TRY(find(directory.handle.get(), name, 0, shown));
    if (!is_at_or_below(target.path, top_))
        return fail(std::string(shown) + ": a link that leads out of " + printable(top_));
    return target;
}

Result<void> Collector::check_allowed(const std::string& path, std::string_view shown) const
{
    auto holds = [&](const std::string& directory) { return is_at_or_below(path, directory); };
    auto restricted = std::find_if(policy_.restricted.begin(), policy_.restricted.end(), holds);
    if (restricted == policy_.restricted.end()) return {};
    if (std::any_of(policy_.safe.begin(), policy_.safe.end(), holds)) return {};
    return fail(std::string(shown) + ": files in " + *restricted + " are restricted");
}

}  // namespace

Result<void> check_image_name(std::string_view name)
{
    for (auto component : split(name, '/')) {
        if (component.empty() || component == "." || component == "..")
            return fail("'" + printable(name) + "' cannot be a name on the image; write path:name");
    }
    return {};
}

Result<std::vector<Attachment>> collect_files(const std::vector<FileRequest>& requests,
                                              const FilePolicy& policy)
{
    Collector collector(policy);
    for (const auto& request : requests)
        TRY(collector.add(request));
    return collector.take();
}

}  // namespace onectx
