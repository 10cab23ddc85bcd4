// The records that the command line names, read from their files.
#pragma once

#include <cstdint>
#include <expected>
#include <limits>
#include <string>
#include <vector>

#include "host/complete_context.h"
#include "host/records.h"
#include "host/references.h"

namespace onectx {

// The largest that OpenNebula's numbers of machines, users and groups, and its times can be.
inline constexpr std::uint64_t kMaxRecordId = std::numeric_limits<std::int32_t>::max();
inline constexpr std::uint64_t kMaxRecordTime = std::numeric_limits<std::int64_t>::max();

struct RecordOptions {
    MachineIds ids{};
    std::string vm{};  // a file, as the next ones are; empty: none
    std::string user{};
    std::vector<std::string> networks{};
    std::vector<std::string> images{};
};

// Prints warnings and errors; on failure the exit code of the program. A document of another kind
// than the option asks for is refused.
[[nodiscard]] std::expected<Records, int> load_records(const Record& input,
                                                       const RecordOptions& options);

// One file of --image by itself.
[[nodiscard]] std::expected<Record, int> load_image_record(const std::string& path);

}  // namespace onectx
