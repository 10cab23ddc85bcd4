// What concerns the machine's own terminals: the screen stays lit, so that who opens it after hours
// sees what was said last; and whether root may log in on any of them.
#include "guest/edit/pam_file.h"
#include "guest/plan/plan.h"
#include "guest/plan/write_over.h"

namespace onectx {
namespace {

constexpr std::string_view kLogin = "/etc/pam.d/login";

}  // namespace

Result<PlannedStep> plan_console(const PlanInput& input)
{
    PlannedStep planned{.step = {.name = "console"}};
    if (!input.facts.container) planned.step.changes.emplace_back(KeepConsoleLit{});
    // A container's terminals are no such lines as /etc/securetty lists (reference 5.57).
    auto login = TRY(input.tree.read(kLogin));
    if (!login) return planned;
    bool restricted = input.settings.system.securetty.value_or(!input.facts.container);
    auto edited = with_pam_module(login->content, "pam_securetty.so", restricted);
    if (edited == login->content) return planned;
    planned.step.changes.emplace_back(write_over(std::string(kLogin), login, std::move(edited)));
    return planned;
}

}  // namespace onectx
