// The context of a machine of VMware's, asked for with VMware's own tool. No shell; a tool that
// hangs, or that never ends its answer, is killed.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "common/result.h"
#include "guest/model/carried_file.h"
#include "guest/model/reader.h"

namespace onectx {

struct Guestinfo {
    std::optional<std::string> text;  // of context.sh
    std::vector<CarriedFile> files;
    std::vector<std::string> warnings;  // files that were left out, a tool that does not answer
};

// Whether this is a machine of VMware's: by DMI or, where that shows the host's, by the device that
// each of them has. Elsewhere the tool would only say no.
[[nodiscard]] bool is_vmware(const FileReader& tree);

// No text where there is no tool (vmware-rpctool or vmtoolsd in a folder of the system), no
// context, or no answer within the limit. An error when there is a context that cannot be read.
// `prefix` stands before each folder: a test's to choose.
[[nodiscard]] Result<Guestinfo> read_guestinfo(std::chrono::milliseconds limit,
                                               const std::string& prefix = "");

}  // namespace onectx
