// A directory that stands for "/". Every file that the guest reads or writes goes through one of
// these; no link, however planted, leads out of it.
#pragma once

#include <string>
#include <string_view>

#include "common/result.h"
#include "guest/model/change.h"
#include "guest/model/reader.h"
#include "guest/system/atomic.h"
#include "guest/system/fd.h"
#include "guest/system/resolve.h"

namespace onectx {

class Root : public FileReader {
  public:
    // The directory must exist. The resolver is a test's to choose.
    [[nodiscard]] static Result<Root> open(const std::string& directory,
                                           Resolver resolver = Resolver::kernel);
    Root(Root&& other) noexcept : fd_(std::move(other.fd_)), resolver_(other.resolver_) {}
    Root& operator=(Root&& other) noexcept
    {
        fd_ = std::move(other.fd_);
        resolver_ = other.resolver_;
        return *this;
    }

    [[nodiscard]] Result<std::optional<FileText>> read(std::string_view path) const override;
    // A file with several hard links is an error too: where the system does not protect them, any
    // user can link a file that he must not read into his own directory, and what we read there we
    // may write back as his.
    [[nodiscard]] Result<std::optional<FileText>> read_below(std::string_view anchor,
                                                             std::string_view path) const override;
    [[nodiscard]] Result<std::optional<FileStatus>> status(std::string_view path) const override;
    [[nodiscard]] Result<std::optional<std::string>> link_target(
        std::string_view path) const override;
    [[nodiscard]] Result<std::vector<std::string>> list(std::string_view path) const override;

    // The one primitive by which files come into being (guest/system/atomic.h): a unique temporary
    // name in the same directory, content, mode, owner and the old file's extended attributes,
    // fsync, rename, fsync of the directory. A crash at any point leaves the old file or the new
    // one. Owners are numbers here. Errors do not name the path: "Read-only file system".
    [[nodiscard]] Result<Written> replace(const WriteFile& file, std::uint32_t uid,
                                          std::uint32_t gid);
    [[nodiscard]] Result<Written> make_directory(const MakeDirectory& directory, std::uint32_t uid,
                                                 std::uint32_t gid);
    [[nodiscard]] Result<void> make_symlink(const MakeSymlink& link);
    // A link is removed, not what it points to.
    [[nodiscard]] Result<void> remove(const RemoveFile& file);

    // An open directory or file inside, for those that need a descriptor (locks, mount points).
    // Flags as open(2); O_CLOEXEC is added.
    [[nodiscard]] Result<Fd> open_inside(std::string_view path, int flags, unsigned mode = 0) const;
    // The same, but a link anywhere in the path is an error.
    [[nodiscard]] Result<Fd> open_unlinked(std::string_view path, int flags) const;

  private:
    explicit Root(Fd fd, Resolver resolver) : fd_(std::move(fd)), resolver_(resolver) {}
    [[nodiscard]] Scope scope() const { return {fd_.get(), Links::inside, resolver_}; }

    Fd fd_;
    Resolver resolver_ = Resolver::kernel;
};

}  // namespace onectx
