// Which scripts were run, and whether one is due. What is recorded is recorded before a script is
// started, so a machine that dies while it runs does not run it twice: every-boot below /run for
// this boot, the other policies below /var/lib as keyed digests (guest/plan/state_record.h).
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/result.h"
#include "guest/model/facts.h"
#include "guest/model/reader.h"
#include "guest/model/script.h"
#include "guest/plan/state_record.h"

namespace onectx {

// What a script may be run for.
struct ScriptMoment {
    std::string boot;      // the boot's id
    std::string instance;  // the machine: its VMID, or what its firmware says
    std::string script;    // the text of the script
    std::string context;   // all variables
};

// Lines of /run/onectx/scripts: the boot's id, then the subjects that were run in it.
class BootRecord {
  public:
    [[nodiscard]] static Result<BootRecord> read(const FileReader& tree);
    [[nodiscard]] bool knows(std::string_view subject) const;
    void add(std::string_view subject) { subjects_.emplace(subject); }
    [[nodiscard]] const std::string& boot() const { return boot_; }
    [[nodiscard]] WriteFile change() const;

  private:
    std::string boot_;
    std::set<std::string, std::less<>> subjects_;
};

// Both records, while the steps of one plan are made. What is said to be run by one step is in the
// records of those after it.
class ScriptRecord {
  public:
    [[nodiscard]] static Result<ScriptRecord> read(const FileReader& tree, const Facts& facts);

    // Whether a script is due under the policy.
    [[nodiscard]] bool is_due(std::string_view subject, ScriptPolicy policy,
                              const ScriptMoment& now) const;
    // The changes that record it; they come before the script.
    [[nodiscard]] std::vector<Change> record(std::string_view subject, ScriptPolicy policy,
                                             const ScriptMoment& now);
    [[nodiscard]] const std::string& boot() const { return boot_.boot(); }

  private:
    ScriptRecord(BootRecord boot, StateRecord state)
        : boot_(std::move(boot)), state_(std::move(state))
    {
    }
    BootRecord boot_;
    StateRecord state_;
};

}  // namespace onectx
