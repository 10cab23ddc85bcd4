// What a run leaves for the next one and for `status`, below <root>/run/onectx: the outcome of the
// last runs and whose context this boot accepted. Lost at reboot, which is what it is for. What
// must outlive the boot lies in kStateDirectory (guest/plan/state_record.h) and is written by
// planned changes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "guest/model/reader.h"
#include "guest/model/report.h"
#include "guest/system/root.h"

namespace onectx {

inline constexpr std::string_view kRunDirectory = "/run/onectx";  // 0700

// Made, or found and given back to root alone (the owner only where there is the privilege for it);
// a link there is ENOTDIR. Needs no lock.
[[nodiscard]] Result<void> make_run_directory(Root& root);

// kStateDirectory, where it is there, belongs to root alone from now on: digests of passwords and
// the key to them lie in it.
[[nodiscard]] Result<void> close_state_directory(Root& root);

// Adds a run to those remembered; of more than kMaxStatusRuns or kMaxStatusBytes the oldest are
// forgotten, and long messages are cut. A record that cannot be read is begun anew. The caller
// holds the run lock.
[[nodiscard]] Result<void> remember(Root& root, Report report);

// The record of as many of the runs as recall() reads again; of the last at least what it was.
[[nodiscard]] std::string record_of(std::vector<Report> runs);

inline constexpr std::string_view kStatusPath = "/run/onectx/status.json";

// The runs of this boot, oldest first. An error when the record is larger or nested deeper than
// what is ever written, or no JSON object; what is missing in it is empty.
[[nodiscard]] Result<std::vector<Report>> recall(const FileReader& tree,
                                                 std::string_view path = kStatusPath);

// The contract of `status --json`; "start" is RFC 3339 in UTC ("2026-01-02T03:04:05Z"). A run's
// problems stand beside its steps, and so does the step that runs now: "running", with "since".
[[nodiscard]] std::string status_json(const std::vector<Report>& runs);

// The same as a table, newest run last.
[[nodiscard]] std::string status_text(const std::vector<Report>& runs);

// The VMID of the first context that was accepted since the machine started. A record from another
// boot (containers can keep /run) is absence.
[[nodiscard]] Result<std::optional<std::string>> accepted_vmid(const FileReader& tree);
[[nodiscard]] Result<void> accept_vmid(Root& root, std::string_view vmid);

// Replaces a file of ours below kRunDirectory, for root alone to read.
[[nodiscard]] Result<void> write_private(Root& root, std::string_view path, std::string content);

// The ledger of the network (guest/plan/link_record.h); nothing is written when it is so already.
[[nodiscard]] Result<void> record_links(Root& root, const std::string& record);

}  // namespace onectx
