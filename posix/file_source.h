// A regular file or a block device as a ByteSource. Refuses everything else: a pipe has no places,
// and opening one could wait for ever.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "common/byte_source.h"
#include "common/result.h"
#include "posix/fd.h"

namespace onectx {

class FileSource : public ByteSource {
  public:
    // The error names the path: "web.iso: No such file or directory".
    [[nodiscard]] static Result<FileSource> open(const std::string& path);
    // Takes a descriptor that somebody opened; the error names nothing.
    [[nodiscard]] static Result<FileSource> from(Fd fd);
    FileSource(FileSource&& other) noexcept : fd_(std::move(other.fd_)), size_(other.size_) {}

    [[nodiscard]] std::uint64_t size() const override { return size_; }
    [[nodiscard]] Result<void> read_at(std::uint64_t offset,
                                       std::span<std::byte> into) const override;

  private:
    FileSource(Fd fd, std::uint64_t size) : fd_(std::move(fd)), size_(size) {}
    Fd fd_;
    std::uint64_t size_ = 0;  // when it was opened
};

}  // namespace onectx
