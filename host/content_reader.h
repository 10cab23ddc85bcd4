// The content of one entry of an image tree, read in pieces. A file of this machine must be as it
// was when the tree was laid out, and stay so until its last byte: anything else is an error naming
// it.
#pragma once

#include <cstdint>
#include <span>

#include "common/result.h"
#include "host/layout.h"
#include "posix/fd.h"

namespace onectx {

class ContentReader {
  public:
    // The entry must outlive the reader and be no directory.
    explicit ContentReader(const TreeEntry& entry) : entry_(&entry) {}

    [[nodiscard]] std::uint64_t size() const;
    [[nodiscard]] Result<void> open();  // at the beginning, as often as wanted
    void close() { file_ = Fd(); }

    // Fills `into` as far as there is content left; the number of bytes, 0 at the end.
    [[nodiscard]] Result<std::size_t> read(std::span<char> into);
    void seek(std::uint64_t position) { position_ = position; }  // at most size()

    // For copying inside the kernel: the open file, or -1 when the content is in memory. Who reads
    // it directly asks afterwards whether it is still the same.
    [[nodiscard]] int fd() const { return file_.get(); }
    [[nodiscard]] Result<void> check_unchanged() const;

  private:
    [[nodiscard]] Result<void> read_file(std::span<char> into);

    const TreeEntry* entry_;
    std::uint64_t position_ = 0;
    Fd file_;
};

}  // namespace onectx
