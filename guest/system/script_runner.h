// What the executor needs for scripts, behind interfaces so that tests run none and tell nobody.
#pragma once

#include <string>
#include <vector>

#include "common/result.h"
#include "guest/model/report.h"
#include "guest/model/script.h"

namespace onectx {

class ScriptRunner {
  public:
    ScriptRunner() = default;
    ScriptRunner(const ScriptRunner&) = delete;
    ScriptRunner& operator=(const ScriptRunner&) = delete;
    virtual ~ScriptRunner() = default;

    // Runs it to its end; what it left running goes on. Exit status 0 is success, and what there is
    // to say of it comes back; anything else is an error that names the script, how it ended and
    // its log, and nothing that it printed.
    [[nodiscard]] virtual Result<std::string> run(const RunScript& script) = 0;
};

class ReadyReporter {
  public:
    ReadyReporter() = default;
    ReadyReporter(const ReadyReporter&) = delete;
    ReadyReporter& operator=(const ReadyReporter&) = delete;
    virtual ~ReadyReporter() = default;

    // Tells that the machine is ready, or which of the steps failed, of those of this run and of
    // the earlier runs of this boot. An error when nobody could be told, or when it is not ready.
    [[nodiscard]] virtual Result<void> report(const ReportReady& ready,
                                              const std::vector<StepReport>& earlier) = 0;
};

}  // namespace onectx
