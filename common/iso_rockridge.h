// Rock Ridge (RRIP 1.12): the POSIX half of a directory record, in the fields of the System Use
// Sharing Protocol (SUSP 1.12). Fields that it does not know are passed over; fields that cannot be
// what they say are errors. How much one image makes it read is bounded by IsoBudget.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/byte_source.h"
#include "common/iso_record.h"
#include "common/result.h"

namespace onectx {

// What one image may still cost: bytes of directories read and of names kept. It bounds time and
// memory whatever way directories overlap.
class IsoBudget {
  public:
    [[nodiscard]] Result<void> spend(std::uint64_t bytes);

  private:
    std::uint64_t spent_ = 0;
};

struct PosixAttributes {     // PX
    std::uint32_t mode = 0;  // with the file type, as in stat(2)
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
};

struct RockRidge {
    bool announced = false;                // ER names Rock Ridge (looked at in the root only)
    std::optional<std::string> name;       // NM
    std::optional<PosixAttributes> posix;  // PX
    std::optional<std::int64_t> mtime;     // TF, seconds since the epoch
    std::optional<std::string> target;     // SL
    std::optional<std::uint32_t> child;    // CL: the block of a directory that was moved away
    bool moved_here = false;               // RE: seen at the place it was moved from instead
    bool special_name = false;             // NM says "." or ".."
    bool compressed = false;               // ZF
    bool sparse = false;                   // SF
};

// What the SP field says: bytes to pass over at the beginning of a system use area.
struct SuspSkip {
    std::size_t in_first = 0;   // of the root directory's first record, where SP itself stands
    std::size_t in_others = 0;  // of every other record
};

// The SP field in the first record of the root directory ("."), of which `system_use` is given.
// Absent: the image does not use SUSP.
[[nodiscard]] std::optional<SuspSkip> find_susp(Bytes system_use);

// The fields of one record, those in continuation areas of `source` included, without the first
// `skip` bytes.
[[nodiscard]] Result<RockRidge> read_rock_ridge(const ByteSource& source, Bytes system_use,
                                                std::size_t skip, IsoBudget& budget);

}  // namespace onectx
