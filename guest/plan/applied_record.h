// What is remembered of a step that was made: what the context said then, for which instance, and
// what was written, as keyed digests. From it a later run knows what is news, and what somebody
// else has changed since.
//
// /var/lib/onectx/applied-STEP outlives a boot; /run/onectx/applied-STEP is of one boot (the host
// name of the kernel, swap that was activated). Both are made of facts and changes, never of a
// clock, so a run that finds everything as it was writes neither.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "guest/model/change.h"
#include "guest/model/domain.h"
#include "guest/model/facts.h"
#include "guest/model/reader.h"
#include "guest/plan/state_record.h"

namespace onectx {

struct History {
    bool same_value = false;     // the context says what it said when the step was made last
    bool same_instance = false;  // and it was made for this VMID
    bool same_boot = false;      // and in this boot; never so on a machine that tells no boot
};

class AppliedRecord {
  public:
    [[nodiscard]] static Result<AppliedRecord> read(std::string_view step, const FileReader& tree,
                                                    const Facts& facts);

    [[nodiscard]] History history(const Said& said, std::string_view vmid) const;

    // Whether somebody else has changed since what the change is about. What was never written is
    // nobody's work; neither is what is gone, nor what cannot be read.
    [[nodiscard]] bool is_of_others(const Change& change, const FileReader& tree) const;

    // In this boot something was left as others made it.
    [[nodiscard]] bool left_something() const;

    // What was said is done, for this instance and in this boot.
    void note_said(const Said& said, std::string_view vmid);
    void note_boot(bool left_something);
    // What there is once the change is made.
    void note(const Change& change);
    // Of what is written only these changes are remembered.
    void keep_only(const std::vector<Change>& changes);

    [[nodiscard]] std::vector<Change> changes() const;

  private:
    AppliedRecord(StateRecord lasting, StateRecord of_boot, std::string boot_id);

    StateRecord lasting_;
    StateRecord of_boot_;
    std::string boot_id_;
};

}  // namespace onectx
