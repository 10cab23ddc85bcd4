// The closed vocabulary of effects. Whatever apply does to a machine is one of these values; plan
// shows the same values. A new effect is a new alternative, and the compiler then lists each place
// that must learn it (every visitor is an overload set without a default).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "common/secret.h"
#include "guest/model/dhcp_wish.h"
#include "guest/model/disk.h"
#include "guest/model/link.h"
#include "guest/model/problem.h"
#include "guest/model/script.h"

namespace onectx {

// Who owns a file: each part a decimal number, or a name that is looked up in the root's own passwd
// and group when the change is made (the account may be created by an earlier step).
struct Owner {
    std::string user = "0";
    std::string group = "0";

    bool operator==(const Owner&) const = default;
};

// Of a text that we share with others, what is ours.
using PartOf = std::string (*)(std::string_view text);

// The file has this content, mode and owner afterwards; replaced atomically, a missing directory
// above it is made 0755. Links in the path are followed inside the root and the link's target is
// replaced, except below `anchor`, where a link makes the change fail.
//
// What was written is remembered (guest/plan/applied.h), so that a later run knows whether somebody
// else has changed it since.
struct WriteFile {
    std::string path;  // absolute inside the root
    std::string content;
    unsigned mode = 0644;
    Owner owner;
    bool secret = false;  // the content must not be shown
    std::string anchor =
        {};  // a prefix of path below which no link is followed; empty: links are followed
    // The text this was planned from, for files that others may change meanwhile (see
    // Step::accounts): when the file no longer holds it, the step is planned again. Lower-case hex
    // of its SHA-256, "absent" for no file; empty: not checked.
    std::string planned_from = {};
    PartOf part = nullptr;  // what of a text is ours, where the rest is somebody else's; null: all
    bool watched = true;    // false: what becomes of it later is nobody's business
    std::string selinux_type = {};  // where the file is a new one and its directory has a label

    bool operator==(const WriteFile&) const = default;
};

// A file whose content is what a server answers to a GET of the URL. Without an answer, or an URL,
// it is the content that `file` has, or the change fails.
struct FetchFile {
    std::string url;
    std::vector<std::pair<std::string, Secret>> headers = {};
    WriteFile file;
    bool append = false;       // to what is there by then
    bool has_content = false;  // `file` has one to fall back on

    bool operator==(const FetchFile&) const = default;
};

struct RemoveFile {  // not an error when it is not there
    std::string path;
    std::string anchor = {};

    bool operator==(const RemoveFile&) const = default;
};

// The directory exists afterwards. Mode and owner are given to it only when this makes it.
struct MakeDirectory {
    std::string path;
    unsigned mode = 0755;
    Owner owner;
    std::string anchor = {};
    std::string selinux_type = {};  // as WriteFile has it

    bool operator==(const MakeDirectory&) const = default;
};

// The path itself is a symbolic link to `target`, as written, afterwards. A link or a file that is
// there is replaced atomically, a directory never; links in the directories above are followed
// inside the root.
struct MakeSymlink {
    std::string path;
    std::string target;

    bool operator==(const MakeSymlink&) const = default;
};

struct Run {  // a program, no shell; never a secret in it
    std::vector<std::string> argv;
    // Of Step::activate: run only when one of these paths is changed; empty: whatever is changed.
    std::vector<std::string> when = {};
    // Of Step::activate: with what stands next to it and has this, too, it may run at the same
    // time.
    bool beside = false;

    bool operator==(const Run&) const = default;
};

struct SetKernelHostname {
    std::string name;

    bool operator==(const SetKernelHostname&) const = default;
};

struct SwapOn {
    std::string device;

    bool operator==(const SwapOn&) const = default;
};

// A file of /proc/sys (sysctl(8)): "net/ipv4/ip_forward" holds "1" from now on, until the next
// boot.
struct SetKernelParameter {
    std::string name;  // its path below /proc/sys
    std::string value;

    bool operator==(const SetKernelParameter&) const = default;
};

// The screen does not go dark while nobody types (console_codes(4), ESC [ 9 ; n ]).
struct KeepConsoleLit {
    bool operator==(const KeepConsoleLit&) const = default;
};

using Change =
    std::variant<WriteFile, RemoveFile, MakeDirectory, MakeSymlink, Run, SetKernelHostname, SwapOn,
                 LinkChange, SetKernelParameter, KeepConsoleLit, RunScript, ReportReady, DhcpChange,
                 GrowPartition, GrowFileSystem, Mount, Unmount, FetchFile>;

// One wish made into effects. A step whose change fails is reported and its later changes are left
// undone; other steps go on.
struct Step {
    std::string name;  // "growing", "mounts", "hostname", "network", "users", "swap", …
    std::vector<Change> changes;
    std::vector<Run>
        activate;  // performed on a running system only, and only when a change survived pruning
    bool accounts = false;     // made under the lock of the account files (lckpwdf(3))
    std::string failure = {};  // why the wish cannot be planned: then there are no changes
    // As activate, but before the changes: what a daemon has to undo by its old files. Its failure
    // is no failure.
    std::vector<Run> prepare = {};
    std::optional<NetworkGoal> goal = {};  // looked after last, changes or none
    bool background = false;  // scripts, for which nobody waits: left to a process of their own
    // Files that remember what was done. Written when all else succeeded, changes or none; they do
    // not count as a change, and that one cannot be written is worth a word and no more.
    std::vector<Change> record = {};
    // Each change is attempted, whatever became of those before it; the step fails all the same.
    bool attempt_all = false;
    // Of `background`: depends on what the steps before it do to the machine, so it is planned when
    // its turn has come, has no changes until then, and its activate counts in every stage.
    bool late = false;

    bool operator==(const Step&) const = default;
};

// What planning one wish gives.
struct PlannedStep {
    Step step;
    std::vector<Problem> problems;
};

struct Plan {
    std::string stage;    // "local", "network", "all"
    std::string backend;  // of the network: "networkd", "interfaces", "none", …
    std::vector<Step> steps;
    std::vector<Problem> problems;
};

template <class... F>
struct Overload : F... {
    using F::operator()...;
};

// The path a change writes or removes; empty for one that touches no file.
[[nodiscard]] std::string path_of(const Change& change);

}  // namespace onectx
