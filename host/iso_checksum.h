// The MD5 sums that libisofs records inside an image: of its superblock, of its directory tree and
// of the whole session, each in a text block behind what it covers. They find damage; they are no
// protection against somebody who means it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/byte_source.h"
#include "common/result.h"

namespace onectx {

struct IsoChecksum {
    std::string covers;       // "superblock", "directory tree", "session"
    std::uint64_t block = 0;  // the first one covered, of 2048 bytes
    std::uint64_t blocks = 0;
    std::string md5;  // lower-case hex

    bool operator==(const IsoChecksum&) const = default;
};

// All of them, in the order in which they stand; none when the image was written without. An error
// when one leads to another that is not there, or is damaged itself.
[[nodiscard]] Result<std::vector<IsoChecksum>> find_iso_checksums(const ByteSource& source);

// The one of the session; absent when none is recorded.
[[nodiscard]] std::optional<std::string> session_md5(const std::vector<IsoChecksum>& checksums);

// Whether the blocks still have that sum.
[[nodiscard]] Result<bool> is_intact(const ByteSource& source, const IsoChecksum& checksum);

}  // namespace onectx
