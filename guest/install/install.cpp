// See install.h.
#include "guest/install/install.h"

#include "guest/install/files.h"
#include "guest/model/presence.h"

namespace onectx {
namespace {

constexpr unsigned kProgramMode = 0755;
constexpr std::string_view kSettings = "guest.conf";
constexpr std::string_view kClientPath = "/usr/bin/onegate";
constexpr std::string_view kClientTarget = "../sbin/onectx-guest";

PlannedStep install_program(const InstallInput& input)
{
    PlannedStep planned{.step = {.name = "program"}, .problems = {}};
    if (input.program)
        planned.step.changes.emplace_back(WriteFile{.path = std::string(kProgramPath),
                                                    .content = *input.program,
                                                    .mode = kProgramMode,
                                                    .owner = {}});
    // The client of OneGate, by the name that scripts call it; the older package may have one.
    if (!is_there(input.tree, kClientPath))
        planned.step.changes.emplace_back(
            MakeSymlink{std::string(kClientPath), std::string(kClientTarget)});
    return planned;
}

// The owner's settings are his from the first moment on.
PlannedStep install_settings(const InstallInput& input)
{
    PlannedStep planned{.step = {.name = "settings"}, .problems = {}};
    const auto path = "/etc/onectx/" + std::string(kSettings);
    auto present = input.tree.status(path);
    for (const auto& file : installed_files())
        if (file.name == kSettings && present && !*present)
            planned.step.changes.emplace_back(
                WriteFile{.path = path, .content = std::string(file.text), .owner = {}});
    planned.step.changes.emplace_back(
        MakeDirectory{.path = "/etc/onectx/guest.conf.d", .owner = {}});
    planned.step.changes.emplace_back(MakeDirectory{.path = "/etc/onectx/hooks.d", .owner = {}});
    return planned;
}

// Two that write the same files at every boot; the owner of the image has to choose.
std::vector<Problem> rivals(const FileReader& tree)
{
    if (!is_there(tree, "/usr/bin/cloud-init") || is_there(tree, "/etc/cloud/cloud-init.disabled"))
        return {};
    return {{"",
             "cloud-init is installed too, and would configure the same network and users; an "
             "empty /etc/cloud/cloud-init.disabled switches it off"}};
}

Plan plan_of(std::initializer_list<PlannedStep> steps)
{
    Plan plan{.stage = "install", .backend = "none", .steps = {}, .problems = {}};
    for (const auto& planned : steps) {
        plan.steps.push_back(planned.step);
        plan.problems.insert(plan.problems.end(), planned.problems.begin(), planned.problems.end());
    }
    return plan;
}

}  // namespace

Plan plan_install(const InstallInput& input)
{
    // The services last: none is enabled whose program is not there.
    auto plan = plan_of({install_program(input), install_settings(input), install_rules(input),
                         retire_older_package(input), install_services(input)});
    auto found = rivals(input.tree);
    plan.problems.insert(plan.problems.end(), found.begin(), found.end());
    return plan;
}

Plan plan_takeover(const InstallInput& input)
{
    return plan_of({retire_older_package(input)});
}

}  // namespace onectx
