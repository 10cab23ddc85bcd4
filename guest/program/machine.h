// What every command begins with: the tree it works on, the guest.conf of that tree, and the
// context.
#pragma once

#include <chrono>
#include <expected>
#include <memory>
#include <string>

#include "common/result.h"
#include "common/shell_vars.h"
#include "guest/program/options.h"
#include "guest/system/config.h"
#include "guest/system/root.h"
#include "guest/system/source_search.h"

namespace onectx {

// Another run is waited for as long as one may take that waits for its medium.
inline constexpr std::chrono::seconds kLockLimit{60};

struct Machine {
    Root root;
    bool offline;
    Config config;
};

// Whether the directory is "/" itself, however it is spelled.
[[nodiscard]] bool is_running_system(const std::string& directory);

[[nodiscard]] Result<Machine> open_machine(const Options& options);

struct Found {
    Source source;
    ShellVars vars;
    bool guessed = false;  // there is no context; the addresses were made from MACs
};

// There is no context to work on; it has been said why.
struct NothingFound {
    int status = 0;      // to exit with
    std::string reason;  // empty when there just is none
};

[[nodiscard]] std::expected<Found, NothingFound> find_context(const Options& options,
                                                              const Machine& machine);

// A context that was found, on a running system, must be of the machine whose context was accepted
// first: a second CD must not take the machine over (user-needs R-56).
[[nodiscard]] Result<void> check_vmid(const Found& found, const Machine& machine);

// The local stage has waited for the medium; when it found none, one that comes later is an event,
// and the network stage need not wait for it, too. If it has come meanwhile nothing of it is done
// yet, so all of it has to be: there is nothing to verify in a network that nobody configured.
[[nodiscard]] bool comes_after_nothing(const Options& options, const Machine& machine);

// What lies beside context.sh. That it cannot be read keeps no more from working than itself: it is
// said, and the pointer is null, as it is for a context that was guessed.
[[nodiscard]] std::unique_ptr<FileReader> medium_of(const Found& found);

}  // namespace onectx
