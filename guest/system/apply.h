// The executor: visits a plan's changes and makes them. It takes no decisions.
#pragma once

#include <chrono>
#include <functional>
#include <string_view>

#include "guest/model/report.h"
#include "guest/plan/plan.h"
#include "guest/system/kernel.h"
#include "guest/system/root.h"
#include "guest/system/runner.h"
#include "guest/system/script_runner.h"

namespace onectx {

// Plans and prunes one step again; used when a file under the account lock changed since it was
// planned, and for steps that are planned late.
using Replan = std::function<Result<Step>(std::string_view step)>;

struct ApplyOptions {
    bool offline =
        false;  // the root is not "/": files only; kernel changes and programs are left out
    bool activate = false;  // perform Step::activate (stage `all` on a running system)
    bool verify = false;    // see to it that Step::goal is reached (stages `network` and `all`)
    std::chrono::milliseconds verify_limit{0};
    ScriptRunner* scripts = nullptr;  // without one a script is a failure
    ReadyReporter* ready = nullptr;   // likewise
    // Called before each step that has something to do, with the report so far.
    std::function<void(const Report& report)> progress = {};
    // What a server answers; without it a file from the network is a failure.
    std::function<Result<std::string>(const FetchFile& file)> fetch = {};
};

// Every step, in order; one that fails is reported and the others go on (design law 8).
[[nodiscard]] Report apply(const Plan& plan, Root& root, Runner& runner, Kernel& kernel,
                           const Replan& replan, const ApplyOptions& options);

}  // namespace onectx
