// The volume descriptors of an ISO image (ECMA-119, section 8): where its directories begin, and
// its label. Refuses blocks of another size than 2048 bytes and a set of descriptors without an
// end.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "common/byte_source.h"
#include "common/iso_record.h"
#include "common/result.h"

namespace onectx {

struct IsoDirectory {
    std::string path;         // empty for the root
    std::uint64_t block = 0;  // of kIsoSector bytes
    std::uint64_t size = 0;   // bytes
};

struct IsoVolume {
    std::string label;
    std::uint64_t size = 0;  // bytes, as the image says itself
    IsoDirectory root;
    std::optional<IsoDirectory> joliet_root;
    std::uint64_t end_of_descriptors = 0;  // the sector after the last of them
};

[[nodiscard]] Result<IsoVolume> read_iso_volume(const ByteSource& source);

using IsoSector = std::array<std::byte, kIsoSector>;
[[nodiscard]] Result<IsoSector> read_iso_sector(const ByteSource& source, std::uint64_t number);

}  // namespace onectx
