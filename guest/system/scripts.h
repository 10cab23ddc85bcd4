// Runs the scripts of a context and the hooks of an image on this machine (see RunScript).
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "common/context.h"
#include "common/secret.h"
#include "guest/model/redact.h"
#include "guest/system/medium_tree.h"
#include "guest/system/root.h"
#include "guest/system/script_runner.h"
#include "guest/system/source.h"

namespace onectx {

class SystemScripts : public ScriptRunner {
  public:
    // The root is "/". The medium is opened with the first script that is run, and closed when this
    // goes. `stage` is what scripts are told: "local" or "network". `secrets` are those that no
    // variable holds; what a script prints is logged without them.
    SystemScripts(Root& root, const Source& source, const Context& context, std::string stage,
                  std::vector<Secret> secrets);

    [[nodiscard]] Result<std::string> run(const RunScript& script) override;

  private:
    Result<void> open_folder();
    Result<std::string> path_of(const RunScript& script);

    Root& root_;
    const Source& source_;
    const Context& context_;
    std::string stage_;
    std::vector<Secret> secrets_;
    std::optional<MediumFolder> folder_;
    std::string directory_;  // of the medium
    std::optional<Redactor> redactor_;
};

// Leaves the scripts that are due to a process of their own (`onectx-guest run-scripts`) and
// returns: where systemd runs, in a unit of their own, onectx-scripts-N.service, so that nothing of
// ours that ends takes them with it; elsewhere in a session of their own. `arguments` go to it.
[[nodiscard]] Result<void> start_scripts(const std::vector<std::string>& arguments);

}  // namespace onectx
