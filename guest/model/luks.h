// Headers of encrypted volumes: LUKS1 and LUKS2 as cryptsetup's on-disk format texts have them.
#pragma once

#include <cstdint>
#include <optional>

#include "common/byte_source.h"

namespace onectx {

struct LuksVolume {
    unsigned version = 0;
    std::uint64_t offset = 0;        // where the data begins, in bytes
    std::uint32_t sector_bytes = 0;  // it has whole sectors of this size
    bool whole_device = false;       // it is meant to take the rest of its device
    // The kernel keeps the key in a keyring, so that cryptsetup would ask for the passphrase to
    // resize it; absent when the mapping was not asked.
    bool key_in_keyring = false;

    bool operator==(const LuksVolume&) const = default;
};

// Absent when the device holds no header that can be read.
[[nodiscard]] std::optional<LuksVolume> read_luks(const ByteSource& device);

}  // namespace onectx
