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

  private:
    [[nodiscard]] Result<void> check_unchanged() const;
    [[nodiscard]] Result<void> read_file(std::span<char> into);

    const TreeEntry* entry_;
    std::uint64_t position_ = 0;
    Fd file_;
};

}  // namespace onectx
