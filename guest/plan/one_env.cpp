// one_env: the context as a file that shells read with `.`, where scripts written for the older
// package look for it. Each value is quoted so that nothing in it is expanded (reference 5.46).
// Secrets are in it: for root alone, and in memory that does not outlive the boot.
#include <algorithm>
#include <array>

#include "common/limits.h"
#include "common/shell_vars.h"
#include "common/text.h"
#include "guest/model/script_environment.h"
#include "guest/plan/plan.h"

namespace onectx {
namespace {

constexpr std::string_view kDirectory = "/run/one-context";
// The same on every machine of today, by a link.
constexpr std::string_view kOldRun = "/var/run";
constexpr std::string_view kRunBesideIt = "../run";
constexpr std::string_view kOldDirectory = "/var/run/one-context";
constexpr std::string_view kHeader = "# Made by onectx from the context. It holds secrets.\n";
// What onegate's client asks for stands first, set or not.
constexpr std::array<std::string_view, 3> kOneGate{"TOKENTXT", "VMID", "ONEGATE_ENDPOINT"};

Result<std::string> token_of(const PlanInput& input)
{
    auto given = trim(value_of(input.settings.variables, "ONEGATE_TOKEN").value_or(""));
    if (!given.empty() || input.occasion.medium == nullptr) return std::string(given);
    auto file = TRY(input.occasion.medium->read("/token.txt"));
    return std::string(file ? trim(file->content) : "");
}

std::string assignment(std::string_view name, std::string_view value)
{
    return std::string(name) + "=" + quote_for_shell(value) + "\n";
}

std::string text_of(const Context& context, std::string_view token)
{
    std::string text(kHeader);
    for (auto name : kOneGate)
        text += "export " +
                assignment(name, name == "TOKENTXT" ? token : value_of(context, name).value_or(""));
    auto is_said = [](std::string_view name) {
        return std::find(kOneGate.begin(), kOneGate.end(), name) != kOneGate.end();
    };
    auto offer = offer_variables(context);
    for (const auto& [name, value] : offer.small)
        if (!is_said(name)) text += "export " + assignment(name, value);
    // Exported, one of these would keep the shell from starting any program (E2BIG).
    for (const auto& [name, value] : offer.large)
        if (!is_said(name)) text += assignment(name, value);
    return text;
}

}  // namespace

Result<PlannedStep> plan_one_env(const PlanInput& input)
{
    PlannedStep planned{.step = {.name = "one-env"}};
    // An image has no memory: its /run is a disk, and whoever copies it has the secrets.
    if (input.facts.offline) return planned;
    auto token = token_of(input);
    if (!token) {
        planned.problems.push_back({"ONEGATE_TOKEN", token.error().message, false});
        token = "";
    }
    auto text = text_of(input.settings.variables, *token);
    std::vector<std::string_view> directories{kDirectory};
    auto old_run = TRY(input.tree.status(kOldRun));
    if (old_run && old_run->type == FileType::directory) directories.push_back(kOldDirectory);
    for (auto directory : directories) {
        planned.step.changes.emplace_back(
            MakeDirectory{.path = std::string(directory), .mode = 0700});
        planned.step.changes.emplace_back(WriteFile{.path = std::string(directory) + "/one_env",
                                                    .content = text,
                                                    .mode = 0400,
                                                    .secret = true});
    }
    if (!old_run)
        planned.step.changes.emplace_back(
            MakeSymlink{.path = std::string(kOldRun), .target = std::string(kRunBesideIt)});
    return planned;
}

}  // namespace onectx
