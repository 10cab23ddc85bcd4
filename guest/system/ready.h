// READY: what OneGate is told when a boot is over. It says YES when everything that the context
// asked for is so, and the script that may decide agrees; else NO, and what failed.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "guest/model/settings.h"
#include "guest/system/root.h"
#include "guest/system/script_runner.h"

namespace onectx {

// The machine's attributes at OpenNebula: what the client of OneGate provides.
class MachineAttributes {
  public:
    MachineAttributes() = default;
    MachineAttributes(const MachineAttributes&) = delete;
    MachineAttributes& operator=(const MachineAttributes&) = delete;
    virtual ~MachineAttributes() = default;

    // Sets them, once; an error when that did not succeed.
    [[nodiscard]] virtual Result<void> set(
        const std::map<std::string, std::string>& attributes) = 0;
};

// By the client of OneGate; who this machine is stands in one_env.
class OneGateAttributes : public MachineAttributes {
  public:
    OneGateAttributes(const FileReader& tree, const Policy& policy) : tree_(tree), policy_(policy)
    {
    }
    [[nodiscard]] Result<void> set(const std::map<std::string, std::string>& attributes) override;

  private:
    const FileReader& tree_;
    const Policy& policy_;
};

inline constexpr std::string_view kReadyAttribute = "READY";         // YES or NO
inline constexpr std::string_view kErrorAttribute = "ONECTX_ERROR";  // what failed; empty: nothing

// What failed in this boot and did not succeed since, "network: …; start-script: exit status 1":
// the steps of its runs so far, then `earlier`. The messages of steps hold no secrets.
[[nodiscard]] std::string failures_of(const std::vector<Report>& runs,
                                      const std::vector<StepReport>& earlier);

// Whether the boot's stage `network` is still to come after these runs. A boot whose first run is
// none of the stage `local` had no context then, and is over with that run.
[[nodiscard]] bool is_boot_going_on(const std::vector<Report>& runs);

class SystemReady : public ReadyReporter {
  public:
    using Wait = std::function<void(unsigned seconds)>;

    // `attributes` may be none: then nobody can be told. `wait` is a test's to choose.
    SystemReady(const FileReader& tree, ScriptRunner& scripts, MachineAttributes* attributes,
                Wait wait = sleep_for);

    [[nodiscard]] Result<void> report(const ReportReady& ready,
                                      const std::vector<StepReport>& earlier) override;

  private:
    static void sleep_for(unsigned seconds);
    Result<void> check(const ReportReady& ready);
    Result<void> tell(const ReportReady& ready, const std::string& failures);

    const FileReader& tree_;
    ScriptRunner& scripts_;
    MachineAttributes* attributes_;
    Wait wait_;
};

}  // namespace onectx
