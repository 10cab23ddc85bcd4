// --init: an init.sh for images without a guest package, which have nothing but a line that mounts
// the CD and reads that file (reference 4.2).
#pragma once

#include <string>
#include <vector>

#include "common/result.h"
#include "host/files.h"

namespace onectx {

enum class InitKind {
    none,
    portable,  // a script that does what the classic variables ask for
    bundle,    // the guest program, and a script that runs it
};

struct InitSettings {
    InitKind kind = InitKind::none;
    std::vector<std::string> programs{};  // guest programs, one a machine; empty: our own neighbour
};

// init.sh and what it needs; nothing when `given` has an init.sh, which is then said. Refuses two
// programs for one machine.
[[nodiscard]] Result<std::vector<Attachment>> init_files(const InitSettings& settings,
                                                         const std::vector<Attachment>& given);

}  // namespace onectx
