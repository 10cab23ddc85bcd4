// Bytes that can be read at any place: a file, a block device, a buffer. It is what lets the ISO
// reader be free of system calls. It promises all the bytes asked for or an error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "common/result.h"

namespace onectx {

class ByteSource {
  public:
    ByteSource() = default;
    ByteSource(const ByteSource&) = delete;
    ByteSource& operator=(const ByteSource&) = delete;
    virtual ~ByteSource() = default;

    [[nodiscard]] virtual std::uint64_t size() const = 0;  // bytes

    // Fills all of `into` from byte `offset` on. Error::code is the errno value when the medium
    // failed, and 0 when the bytes asked for lie past the end.
    [[nodiscard]] virtual Result<void> read_at(std::uint64_t offset,
                                               std::span<std::byte> into) const = 0;
};

// A text that somebody else keeps alive, as a source.
class MemorySource : public ByteSource {
  public:
    explicit MemorySource(std::string_view bytes) : bytes_(bytes) {}

    [[nodiscard]] std::uint64_t size() const override { return bytes_.size(); }
    [[nodiscard]] Result<void> read_at(std::uint64_t offset,
                                       std::span<std::byte> into) const override
    {
        if (offset > bytes_.size() || into.size() > bytes_.size() - offset)
            return fail("the end came too early");
        if (!into.empty()) std::memcpy(into.data(), bytes_.data() + offset, into.size());
        return {};
    }

  private:
    std::string_view bytes_;
};

}  // namespace onectx
