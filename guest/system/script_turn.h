// One process at a time runs scripts, and says with each what it has done so far: `status` shows
// that while one of them runs for hours, or hangs.
#pragma once

#include <optional>

#include "common/result.h"
#include "guest/model/report.h"
#include "guest/system/fd.h"
#include "guest/system/root.h"

namespace onectx {

// Waits until no other process runs scripts. Absent when one waits already: it will look at the
// context no earlier than we would. Held until the descriptor is closed, by the kernel at the
// latest.
[[nodiscard]] Result<std::optional<Fd>> take_script_turn(Root& root);

// What whose turn it is has done so far; Report::running is what it does now.
[[nodiscard]] Result<void> note_progress(Root& root, const Report& report);

// What was noted last and is in the record of runs not yet. Where nobody has the turn any more its
// process was ended, and the step that ran then has failed.
[[nodiscard]] Result<std::optional<Report>> noted_progress(const Root& root);

// To be called by who has the turn, under the run lock, before anything is noted: what became of
// somebody who was ended goes into the record of runs.
[[nodiscard]] Result<void> remember_interrupted(Root& root);

// Puts the report into the record of runs (see state.h), in the place of what was noted.
[[nodiscard]] Result<void> remember_finished(Root& root, Report report);

}  // namespace onectx
