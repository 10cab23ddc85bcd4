// A read-only view of a file tree. Planners get this and nothing else of the machine, so for a
// given tree they are deterministic, and a test can hand them a tree that never was on a disk.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"

namespace onectx {

enum class FileType { regular, directory, symlink, other };

struct FileStatus {
    FileType type = FileType::regular;
    unsigned mode = 0644;  // permission bits, 07777
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;

    bool operator==(const FileStatus&) const = default;
};

struct FileText {
    std::string content;
    FileStatus status;

    bool operator==(const FileText&) const = default;
};

class FileReader {
  public:
    FileReader() = default;
    FileReader(const FileReader&) = delete;
    FileReader& operator=(const FileReader&) = delete;
    virtual ~FileReader() = default;

    // A regular file with all links followed inside the root. Absent when there is nothing at the
    // path; an error when it is no regular file, larger than kMaxSystemFileBytes, or cannot be
    // read.
    [[nodiscard]] virtual Result<std::optional<FileText>> read(std::string_view path) const = 0;

    // The same, but below `anchor` (a prefix of `path`) no link is followed: a link there is an
    // error. For files in a directory that somebody else can write, such as a user's home.
    [[nodiscard]] virtual Result<std::optional<FileText>> read_below(
        std::string_view anchor, std::string_view path) const = 0;

    // What is at the path itself; the last component is not followed. Absent when there is nothing.
    [[nodiscard]] virtual Result<std::optional<FileStatus>> status(std::string_view path) const = 0;

    // Where a symbolic link points, as written. Absent when the path is no symbolic link.
    [[nodiscard]] virtual Result<std::optional<std::string>> link_target(
        std::string_view path) const = 0;

    // The names in a directory in byte order, without "." and ".."; empty when there is no such
    // directory.
    [[nodiscard]] virtual Result<std::vector<std::string>> list(std::string_view path) const = 0;
};

}  // namespace onectx
