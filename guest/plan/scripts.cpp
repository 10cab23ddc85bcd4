// See scripts.h.
#include "guest/plan/scripts.h"

#include <algorithm>
#include <iterator>

#include "common/limits.h"
#include "common/shell_vars.h"
#include "common/text.h"
#include "guest/model/problems.h"
#include "guest/model/script_environment.h"
#include "guest/plan/govern.h"
#include "guest/plan/hooks.h"
#include "guest/plan/instance.h"
#include "guest/plan/script_record.h"
#include "guest/plan/tree_after.h"
#include "guest/plan/user_data.h"

namespace onectx {
namespace {

constexpr std::string_view kDefaultScript = "init.sh";
constexpr std::string_view kReady = "ready";

std::string_view without_quotes(std::string_view name)
{
    for (char quote : {'\'', '"'})
        if (name.size() > 2 && name.front() == quote && name.back() == quote)
            return name.substr(1, name.size() - 2);
    return name;
}

// The name that a script has on the medium: as it is asked for, or else with or without quotes
// around it, which OpenNebula left in names for years (its issue 7663).
Result<std::optional<std::string>> name_on_medium(const std::string& wanted,
                                                  const FileReader* medium)
{
    if (medium == nullptr) return std::nullopt;
    auto names = TRY(medium->list("/"));
    if (std::find(names.begin(), names.end(), wanted) != names.end()) return wanted;
    auto found = std::find_if(names.begin(), names.end(), [&](const std::string& name) {
        return without_quotes(name) == without_quotes(wanted);
    });
    return found == names.end() ? std::nullopt : std::optional(*found);
}

// Makes the steps of one plan.
class ScriptPlanner {
  public:
    ScriptPlanner(const PlanInput& input, ScriptRecord record, Plan& plan)
        : input_(input), record_(std::move(record)), plan_(plan)
    {
        now_.boot = record_.boot();
        now_.instance = instance_of(input);
        now_.context = write_shell_vars(input.settings.variables);
    }

    void add_hooks(const std::vector<Hook>& hooks, HookTime time)
    {
        const auto& rules = input_.policy.scripts;
        const bool local = time == HookTime::local;
        const std::string stage = local ? "local" : "network";
        // What the older package was called with on a running system.
        const std::string command = input_.stage == Stage::all ? "reconfigure" : "";
        for (const auto& hook : hooks) {
            if (hook.time != time) continue;
            RunScript script{.name = hook.name,
                             .place = ScriptPlace::machine,
                             .file = hook.path,
                             .arguments = {stage}};
            if (hook.older) script.arguments.push_back(command);
            script.limit_seconds = local ? rules.local_seconds : rules.hook_seconds;
            add(hook.name, rules.hooks, std::move(script), !local);
        }
    }

    // Commands of bootcmd, before the network is there and in every boot.
    void add_boot_scripts()
    {
        for (const auto& script : input_.settings.user_data.boot_scripts)
            add(script.name, ScriptPolicy::every_boot,
                {.name = script.name,
                 .text = script.text,
                 .limit_seconds = input_.policy.scripts.local_seconds},
                false);
    }

    // What user data wants once the network is there, in cloud-init's order.
    void add_user_data()
    {
        add_once("user-data-mount", plan_user_data_mounting(input_));
        if (add_once("user-data-ntp-client", plan_user_data_ntp_client(input_)))
            plan_.steps.push_back({.name = "user-data-ntp", .background = true, .late = true});
        add_once("user-data-packages", plan_user_data_packages(input_));
        add_deferred_files();
        for (const auto& script : input_.settings.user_data.scripts)
            add_once(script.name, std::vector<RunScript>{
                                      {.name = script.name,
                                       .text = script.text,
                                       .limit_seconds = input_.policy.scripts.script_seconds}});
    }

    void add_start_script()
    {
        const auto& wishes = input_.settings.scripts;
        if (!wishes.start) return;
        const auto& rules = input_.policy.scripts;
        add("start-script", wishes.policy.value_or(rules.start_script),
            {.name = "start-script", .text = *wishes.start, .limit_seconds = rules.script_seconds});
    }

    void add_init_scripts()
    {
        const auto& wishes = input_.settings.scripts;
        const auto& rules = input_.policy.scripts;
        if (rules.init_scripts == ScriptPolicy::off) return;
        auto names = wishes.init;
        if (!wishes.init_given) names.emplace_back(kDefaultScript);
        for (const auto& name : names) {
            auto step = "init-script " + name;
            auto file = name_on_medium(name, input_.occasion.medium);
            // Only what was asked for can be missing.
            if (file && !*file && !wishes.init_given) continue;
            if (!file || !*file) {
                fail_step(step, file ? name + " is not beside context.sh" : file.error().message);
                continue;
            }
            add(step, wishes.policy.value_or(rules.init_scripts),
                {.name = step,
                 .place = ScriptPlace::medium,
                 .file = **file,
                 .limit_seconds = rules.script_seconds});
        }
    }

    // Recorded when it was told, not before: as long as nobody knows, it is told again. What is
    // held back has not succeeded.
    void add_ready()
    {
        const auto& ready = input_.settings.scripts.ready;
        if (!ready || holds_something_back_) return;
        if (!record_.is_due(kReady, ScriptPolicy::every_boot, now_)) return;
        Step step{.name = std::string(kReady), .changes = {*ready}, .background = true};
        append(step, record_.record(kReady, ScriptPolicy::every_boot, now_));
        add_large_values(true);
        plan_.steps.push_back(std::move(step));
    }

  private:
    static void append(Step& step, std::vector<Change> changes)
    {
        std::move(changes.begin(), changes.end(), std::back_inserter(step.changes));
    }

    void fail_step(const std::string& name, std::string why)
    {
        if (is_held_back()) return;
        plan_.steps.push_back({.name = name, .failure = std::move(why), .background = true});
    }

    // A NIC that came or a medium that changed is no reason to run what is run at boot.
    [[nodiscard]] bool is_held_back() const
    {
        return input_.occasion.hot_plug && !input_.policy.scripts.on_hot_plug;
    }

    Result<std::string> text_of(const RunScript& script) const
    {
        if (script.place == ScriptPlace::text) return script.text.reveal();
        auto path = script.place == ScriptPlace::medium ? "/" + script.file : script.file;
        const auto& tree =
            script.place == ScriptPlace::medium ? *input_.occasion.medium : input_.tree;
        auto file = TRY(tree.read(path));
        return file ? file->content : "";
    }

    // They may add to what the steps before them write.
    void add_deferred_files()
    {
        TreeAfter after(input_.tree);
        for (const auto& step : plan_.steps)
            after.take(step);
        const auto input = with_tree(input_, after);
        auto planned = plan_user_data_deferred(input);
        if (!planned)
            return fail_step("user-data-deferred-files", std::move(planned).error().message);
        push(govern(std::move(*planned), input));
    }

    // Once an instance, remembered when it has succeeded: one that failed, or whose machine died
    // meanwhile, has its turn again with the next boot, and not before. Whether there is a step.
    bool add_once(const std::string& name, Result<std::vector<RunScript>> scripts)
    {
        if (!record_.is_due(name, ScriptPolicy::every_boot, now_)) return false;
        if (!scripts) {
            fail_step(name, std::move(scripts).error().message);
            return false;
        }
        if (scripts->empty()) return false;
        Step step{.name = name};
        for (auto& script : *scripts)
            step.changes.emplace_back(std::move(script));
        auto governed = govern({.step = std::move(step), .problems = {}}, input_);
        if (governed.step.changes.empty()) return false;
        if (is_held_back()) {
            holds_something_back_ = true;
            return false;
        }
        add_large_values(true);
        auto record = record_.record(name, ScriptPolicy::every_boot, now_);
        governed.step.changes.insert(governed.step.changes.begin(), record.begin(), record.end());
        push(std::move(governed));
        return true;
    }

    void push(PlannedStep planned)
    {
        std::move(planned.problems.begin(), planned.problems.end(),
                  std::back_inserter(plan_.problems));
        // A run that was killed may have left no more than the record to be made.
        const auto& step = planned.step;
        if (step.changes.empty() && step.record.empty() && step.failure.empty()) return;
        if (is_held_back()) {
            holds_something_back_ = true;
            return;
        }
        planned.step.background = true;
        plan_.steps.push_back(std::move(planned.step));
    }

    void add(const std::string& name, ScriptPolicy policy, RunScript script, bool background = true)
    {
        if (policy == ScriptPolicy::off) return;
        // Only two policies need to know what is in it, and a file may be large.
        now_.script.clear();
        if (policy != ScriptPolicy::every_boot) {
            auto text = text_of(script);
            if (!text) return fail_step(name, std::move(text).error().message);
            now_.script = std::move(*text);
        }
        if (!record_.is_due(name, policy, now_)) return;
        if (is_held_back()) {
            holds_something_back_ = true;
            return;
        }
        Step step{
            .name = name, .changes = record_.record(name, policy, now_), .background = background};
        add_large_values(step.background);
        step.changes.emplace_back(std::move(script));
        plan_.steps.push_back(std::move(step));
    }

    // Before the first script: the values that do not fit into its environment.
    void add_large_values(bool background)
    {
        if (has_large_values_) return;
        has_large_values_ = true;
        Step step{.name = "script-variables", .background = background};
        for (const auto& [name, value] : offer_variables(input_.settings.variables).large) {
            if (name.size() > kMaxFileNameBytes) continue;
            if (step.changes.empty())
                step.changes.emplace_back(
                    MakeDirectory{.path = std::string(kLargeValues), .mode = 0700});
            step.changes.emplace_back(WriteFile{.path = std::string(kLargeValues) + "/" + name,
                                                .content = value,
                                                .mode = 0600,
                                                .secret = true});
        }
        if (!step.changes.empty()) plan_.steps.push_back(std::move(step));
    }

    const PlanInput& input_;
    ScriptRecord record_;
    Plan& plan_;
    ScriptMoment now_;
    bool has_large_values_ = false;
    bool holds_something_back_ = false;
};

}  // namespace

void plan_scripts(const PlanInput& input, Plan& plan)
{
    if (input.facts.offline) return;
    auto record = ScriptRecord::read(input.tree, input.facts);
    if (!record) {
        plan.steps.push_back({.name = "scripts", .failure = std::move(record).error().message});
        return;
    }
    Hooks hooks;
    if (input.policy.scripts.hooks != ScriptPolicy::off) {
        auto found = find_hooks(input.tree);
        if (found)
            hooks = std::move(*found);
        else
            plan.steps.push_back({.name = "hooks", .failure = std::move(found).error().message});
    }
    add_problems(plan.problems, std::move(hooks.problems));
    ScriptPlanner planner(input, std::move(*record), plan);
    if (input.stage != Stage::network) {
        planner.add_boot_scripts();
        planner.add_hooks(hooks.hooks, HookTime::local);
    }
    if (input.stage == Stage::local) return;
    planner.add_hooks(hooks.hooks, HookTime::before);
    planner.add_user_data();
    planner.add_start_script();
    planner.add_init_scripts();
    planner.add_hooks(hooks.hooks, HookTime::after);
    planner.add_ready();
}

}  // namespace onectx
