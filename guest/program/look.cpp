// The commands that only look: `plan`, `parse`, `facts` and `status`.
#include <sys/stat.h>

#include <algorithm>

#include "common/context_json.h"
#include "common/limits.h"
#include "guest/net/backend.h"
#include "guest/plan/show.h"
#include "guest/plan/state_record.h"
#include "guest/program/output.h"
#include "guest/program/prepare.h"
#include "guest/program/run.h"
#include "guest/system/facts.h"
#include "guest/system/facts_show.h"
#include "guest/system/os_tree.h"
#include "guest/system/script_turn.h"
#include "guest/system/state.h"
#include "posix/read_input.h"

namespace onectx {
namespace {

// The text of a context.sh, or of the one in a folder, an image or a device; "-" and what is no
// file are read as they come.
Result<std::string> context_text(const std::string& file)
{
    struct stat status{};
    const bool is_read = file == "-" || stat(file.c_str(), &status) != 0 ||
                         S_ISFIFO(status.st_mode) || S_ISCHR(status.st_mode);
    if (is_read) return read_input(file, kMaxContextBytes);
    auto search = TRY(load_context(file));
    if (!search.source) return fail(file + " holds no context");
    return std::move(search.source->text);
}

}  // namespace

Result<int> run_plan(const Options& options)
{
    auto machine = TRY(open_machine(options));
    auto found = find_context(options, machine);
    if (!found) return found.error().status;
    TRY(check_vmid(*found, machine));
    auto medium = medium_of(*found);
    auto prepared = TRY(prepare(options, *found, machine, medium.get()));
    auto& plan = prepared.plan;
    add_refused(found->vars, plan.problems);
    print(options.json ? show_json(plan, machine.root) : show_text(plan, machine.root));
    bool failed = std::any_of(plan.problems.begin(), plan.problems.end(),
                              [](const auto& problem) { return problem.error; }) ||
                  std::any_of(plan.steps.begin(), plan.steps.end(),
                              [](const auto& step) { return !step.failure.empty(); });
    return failed ? kPartFailed : kDone;
}

Result<int> run_parse(const Options& options)
{
    auto vars = parse_shell_vars(TRY(context_text(options.file)));
    auto json = context_json(vars.context);
    print(json.text);
    for (const auto& name : json.repaired)
        say("warning: " + name + " is not valid UTF-8; what is wrong became U+FFFD");
    say(vars, options.file);
    return vars.refused.empty() ? kDone : kPartFailed;
}

Result<int> run_facts(const Options& options)
{
    auto machine = TRY(open_machine(options));
    say(machine.config.problems);
    auto facts = TRY(gather_facts(machine.root, machine.offline));
    std::vector<std::string> backends;
    for (const auto& backend : find_backends(machine.root))
        backends.push_back(backend.name);
    auto users = users_with_home(machine.root);
    print(options.json ? facts_json(facts, backends, users) : facts_text(facts, backends, users));
    return kDone;
}

Result<int> run_status(const Options& options)
{
    auto root = TRY(Root::open(options.root));
    auto runs = TRY(recall(root));
    if (auto now = TRY(noted_progress(root))) runs.push_back(std::move(*now));
    print(options.json ? status_json(runs) : status_text(runs));
    return kDone;
}

}  // namespace onectx
