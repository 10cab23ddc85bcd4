// An image tree as an ISO 9660 image with Rock Ridge and, if wanted, Joliet. With iso_stream the
// only file that knows libisofs. Promises the same bytes for the same tree and settings, whatever
// the clock, the time zone, the locale, or the inodes and times of the files are.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/result.h"
#include "host/layout.h"
#include "host/output_file.h"

namespace onectx {

inline constexpr std::string_view kContextLabel = "CONTEXT";
inline constexpr std::size_t kMaxLabelBytes = 32;  // ECMA-119, 8.4.7
// The years of a directory record end in 2155 (ECMA-119, 9.1.5).
inline constexpr std::uint64_t kMaxIsoTime = 5869583999;
// Below so much content MD5 sums are recorded without being asked for.
inline constexpr std::uint64_t kMaxSummedBytes = 16U << 20U;

struct ImageSettings {
    std::string label{kContextLabel};
    bool joliet = true;
    std::uint64_t time = 0;  // every time stamp, seconds since 1970, at most kMaxIsoTime
    std::optional<bool> md5 = std::nullopt;  // absent: as kMaxSummedBytes says
};

// What every reader shows unchanged.
inline constexpr std::string_view kLabelForm = "1 to 32 letters, digits, '_', '-' or '.'";
[[nodiscard]] bool is_volume_label(std::string_view text);

// Whether the image carries the MD5 sums that `inspect --verify` checks.
[[nodiscard]] bool records_md5(const ImageTree& tree, const ImageSettings& settings);

// Writes the image to `output` without committing it. Files are read while they are written; one
// that is not as it was when the tree was laid out is an error that names it.
[[nodiscard]] Result<void> write_iso(const ImageTree& tree, const ImageSettings& settings,
                                     OutputFile& output, const SignalHold& signals);

}  // namespace onectx
