// One directory record of ISO 9660 (ECMA-119, 9.1), taken apart inside the bytes it is given, and
// the fields that records are made of. Numbers are recorded in both byte orders; the little-endian
// one is read and the other ignored, as Linux does, so that both see the same image.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "common/result.h"

namespace onectx {

inline constexpr std::size_t kIsoSector = 2048;  // bytes; also the only block size accepted

using Bytes = std::span<const std::byte>;

// The caller has made sure that the field lies inside `bytes`.
[[nodiscard]] std::uint8_t byte_at(Bytes bytes, std::size_t at);
[[nodiscard]] std::uint16_t little16_at(Bytes bytes, std::size_t at);
[[nodiscard]] std::uint32_t little32_at(Bytes bytes, std::size_t at);
[[nodiscard]] std::string_view text_of(Bytes bytes);

struct IsoRecord {
    std::uint64_t block = 0;  // where its data begin, an extended attribute record passed over
    std::uint32_t size = 0;   // of the data, in bytes
    bool directory = false;
    bool associated = false;   // a resource fork: no file of its own
    bool interleaved = false;  // data and gaps in turn
    bool more_follow = false;  // the next record holds the next part of the same file
    std::int64_t mtime = 0;    // seconds since the epoch
    std::string_view name;     // as recorded
    Bytes system_use;          // where Rock Ridge lives

    [[nodiscard]] bool is_self() const { return name == std::string_view("\0", 1); }
    [[nodiscard]] bool is_parent() const { return name == std::string_view("\1", 1); }
};

// The record at the beginning of `bytes`, which reach to the end of its sector. What it gives
// points into `bytes`.
[[nodiscard]] Result<IsoRecord> parse_iso_record(Bytes bytes);

// Seconds since the epoch of a recorded date: 7 bytes (ECMA-119, 9.1.5) or 17 (8.4.26.1). 0 for one
// that is unset or no date.
[[nodiscard]] std::int64_t iso_time(Bytes bytes);

// A name as Linux shows it with its default `map=normal`: lower case, without ";1" and without the
// '.' that stands before it; any other ';' becomes '.'.
[[nodiscard]] std::string plain_iso_name(std::string_view recorded);
// UTF-16, big end first, as UTF-8, without ";1" and trailing '.', as Linux does; half a surrogate
// pair becomes U+FFFD.
[[nodiscard]] std::string joliet_name(std::string_view recorded);

// Why a name cannot be a file's name; absent when it can. Such names come from no honest tool.
[[nodiscard]] std::optional<std::string_view> objection_to_name(std::string_view name);

}  // namespace onectx
