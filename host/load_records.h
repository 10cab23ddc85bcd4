// The records that the command line names, read from their files.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "host/complete_context.h"
#include "host/records.h"
#include "host/references.h"

namespace onectx {

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

}  // namespace onectx
