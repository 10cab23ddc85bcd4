// A directory that stands for "/". Every file that the guest reads or writes goes through one of
// these; no link, however planted, leads out of it.
#pragma once

#include <string>
#include <string_view>

#include "common/result.h"
#include "guest/model/change.h"
#include "guest/model/reader.h"
#include "guest/system/fd.h"

namespace onectx {

class Root : public FileReader {
  public:
    // The directory must exist.
    [[nodiscard]] static Result<Root> open(const std::string& directory);
    Root(Root&&) = default;
    Root& operator=(Root&&) = default;

    [[nodiscard]] Result<std::optional<FileText>> read(std::string_view path) const override;
    [[nodiscard]] Result<std::optional<FileText>> read_below(std::string_view anchor,
                                                             std::string_view path) const override;
    [[nodiscard]] Result<std::optional<FileStatus>> status(std::string_view path) const override;
    [[nodiscard]] Result<std::optional<std::string>> link_target(
        std::string_view path) const override;
    [[nodiscard]] Result<std::vector<std::string>> list(std::string_view path) const override;

    // What a change of a file came to.
    struct Written {
        bool owner_skipped = false;  // the owner could not be given for want of privilege (EPERM)
    };
    // The one primitive by which files come into being: a unique temporary name in the same
    // directory, content, mode, owner and the old file's extended attributes, fsync, rename, fsync
    // of the directory. A crash at any point leaves the old file or the new one. Owners are numbers
    // here.
    [[nodiscard]] Result<Written> replace(const WriteFile& file, std::uint32_t uid,
                                          std::uint32_t gid);
    [[nodiscard]] Result<Written> make_directory(const MakeDirectory& directory, std::uint32_t uid,
                                                 std::uint32_t gid);
    [[nodiscard]] Result<void> remove(const RemoveFile& file);

    // An open directory or file inside, for those that need a descriptor (locks, mount points).
    // Flags as open(2); O_CLOEXEC is added.
    [[nodiscard]] Result<Fd> open_inside(std::string_view path, int flags, unsigned mode = 0) const;

  private:
    explicit Root(Fd fd) : fd_(std::move(fd)) {}
    Fd fd_;
};

}  // namespace onectx
