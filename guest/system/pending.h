// Notes that something outside has changed: the medium, a NIC, a disk. An event leaves one
// (`onectx-guest trigger`, from udev or mdev), `apply --pending` takes in all that there are. There
// is one note at most, so any number of events is one run, and one more for those that came while
// it ran.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "common/result.h"
#include "guest/system/lock.h"
#include "guest/system/root.h"

namespace onectx {

// A file, because systemd's path units and people look for it (init/systemd/onectx-update.path).
inline constexpr std::string_view kPendingNote = "/run/onectx/pending";

// Without systemd's order among units notes wait until the machine has started: a run before its
// file systems are there, or beside the scripts that bring its network up, would do harm. The stage
// `network` leaves this file when it ends.
inline constexpr std::string_view kStarted = "/run/onectx/started";

// Events of one thing come in bursts: a note is acted upon when none has followed it for this long,
inline constexpr std::chrono::milliseconds kQuiet{300};
// or when they have not stopped for this long.
inline constexpr std::chrono::milliseconds kMaxUnrest{5000};

[[nodiscard]] Result<void> leave_note(Root& root);

[[nodiscard]] Result<void> note_started(Root& root);

// What was noted so far is about to be taken in anyway.
[[nodiscard]] Result<void> drop_note(Root& root);

// Who answers notes; one process at a time.
class NoteTaker {
  public:
    // Absent when another process is at it: that one looks for notes once more before it ends.
    [[nodiscard]] static Result<std::optional<NoteTaker>> begin(Root& root);

    // Waits until the notes have come to rest and takes them; false when there is none.
    [[nodiscard]] Result<bool> take(std::chrono::milliseconds quiet = kQuiet,
                                    std::chrono::milliseconds unrest = kMaxUnrest);

  private:
    NoteTaker(Root& root, RunLock lock) : root_(&root), lock_(std::move(lock)) {}

    Root* root_;
    RunLock lock_;
};

// Starts `onectx-guest apply --pending` on its own, in a session of its own: for systems whose init
// does not look for the note.
[[nodiscard]] Result<void> start_note_taker();

}  // namespace onectx
