// The commands, each a function from options to exit status: the order of a run, and nothing else.
#pragma once

#include "common/result.h"
#include "guest/program/options.h"

namespace onectx {

// Exit statuses, fixed by the contract with boot units and image builders.
enum ExitStatus : int {
    kDone = 0,
    kPartFailed = 1,
    kUsage = 2,
    kNoContext = 3,
    kUnreadableContext = 4,
};

// An error is one that keeps the whole command from working (exit status 1).
[[nodiscard]] Result<int> run_apply(const Options& options);
// Applies once for all notes so far (guest/system/pending.h), and again while new ones come.
[[nodiscard]] Result<int> run_pending(const Options& options);
// What apply leaves to a process of its own: the scripts that are due, in their turn.
[[nodiscard]] Result<int> run_scripts(const Options& options);
[[nodiscard]] Result<int> run_plan(const Options& options);
[[nodiscard]] Result<int> run_parse(const Options& options);
[[nodiscard]] Result<int> run_facts(const Options& options);
[[nodiscard]] Result<int> run_status(const Options& options);
[[nodiscard]] Result<int> run_trigger(const Options& options);
[[nodiscard]] Result<int> run_install(const Options& options);
[[nodiscard]] Result<int> run_seal(const Options& options);
// Keeps the lease of one link until it is told to end (guest/system/dhcp/run_client.h).
[[nodiscard]] Result<int> run_dhcp(const Options& options);

}  // namespace onectx
