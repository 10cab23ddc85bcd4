// See user_data.h.
#include "guest/plan/user_data.h"

#include <map>

#include "common/digest.h"
#include "common/text.h"
#include "guest/plan/ground.h"

namespace onectx {
namespace {

using Planned = std::map<std::string, std::string, std::less<>>;   // a path, and what it will hold
using Appended = std::map<std::string, std::string, std::less<>>;  // a path, and all its additions

// root is what every system calls it, also one whose passwd(5) is not there yet.
std::string id_of(const std::optional<std::string>& name)
{
    return !name || *name == "root" ? "0" : *name;
}

// Whoever may not read the file may not read it in a plan either.
bool is_secret(unsigned mode)
{
    constexpr unsigned kOthersRead = 0004;
    return (mode & kOthersRead) == 0;
}

// Adds to what is there, or is going to be. Additions that are there already, left by a run that
// failed later, are not made twice. A step before this one may write the file, too: then this is
// planned again.
Result<void> append_to(WriteFile& file, const FileWish& wish, const Planned& planned,
                       std::string_view all, const FileReader& tree)
{
    const auto old = TRY(read_as_written(file, tree));
    const auto before = planned.find(file.path);
    const auto was = old ? old->content : "";
    const auto present = before != planned.end() ? before->second : was;
    const bool is_there = present == was && was.ends_with(all);
    file.content = is_there ? present : present + wish.content;
    file.planned_from = old ? sha256_hex(was) : "absent";
    if (!old) return {};
    if (!wish.mode) file.mode = old->status.mode;
    if (!wish.user) file.owner.user = std::to_string(old->status.uid);
    if (!wish.group) file.owner.group = std::to_string(old->status.gid);
    file.secret = file.secret || is_secret(file.mode);
    return {};
}

Result<void> plan_file(const FileWish& wish, Planned& planned, const Appended& appended,
                       const PlanInput& input, Step& step)
{
    constexpr unsigned kUsualMode = 0644;
    WriteFile file{.path = wish.path,
                   .content = wish.content,
                   .mode = wish.mode.value_or(kUsualMode),
                   .owner = {id_of(wish.user), id_of(wish.group)}};
    file.secret = is_secret(file.mode);
    file.anchor = TRY(find_ground(file.path, input.tree));
    if (wish.source) {
        step.changes.emplace_back(FetchFile{.url = wish.source->url,
                                            .headers = wish.source->headers,
                                            .file = std::move(file),
                                            .append = wish.append,
                                            .has_content = wish.has_content});
        return {};
    }
    if (wish.append)
        TRY(append_to(file, wish, planned, appended.find(wish.path)->second, input.tree));
    planned.insert_or_assign(file.path, file.content);
    step.changes.emplace_back(std::move(file));
    return {};
}

Result<PlannedStep> plan_files(std::string_view name, bool deferred, const PlanInput& input)
{
    PlannedStep step{.step = {.name = std::string(name), .attempt_all = true}, .problems = {}};
    if (!is_on(input.policy.user_data)) return step;
    auto is_due = [&](const FileWish& wish) { return (wish.defer || wish.source) == deferred; };
    Planned planned;
    Appended appended;
    for (const auto& wish : input.settings.user_data.files)
        if (is_due(wish) && wish.append && !wish.source) appended[wish.path] += wish.content;
    for (const auto& wish : input.settings.user_data.files) {
        if (!is_due(wish)) continue;
        auto made = plan_file(wish, planned, appended, input, step.step);
        if (!made)
            step.problems.push_back(
                {"USER_DATA", wish.where + ": " + made.error().message + "; it is left out", true});
    }
    return step;
}

// cloud-init(1) knows OpenNebula's contexts too.
Result<bool> has_cloud_init(const FileReader& tree)
{
    if (TRY(tree.status("/etc/cloud/cloud-init.disabled"))) return false;
    return TRY(tree.status("/usr/bin/cloud-init"))
    .has_value();
}

}  // namespace

Result<PlannedStep> plan_user_data_files(const PlanInput& input)
{
    auto planned = TRY(plan_files("user-data-files", false, input));
    const auto& said = input.settings.variables;
    const bool has_user_data = value_of(said, "USER_DATA") || value_of(said, "USERDATA");
    if (has_user_data && is_on(input.policy.user_data) && TRY(has_cloud_init(input.tree)))
        planned.problems.push_back(
            {"USER_DATA",
             "cloud-init is installed here too, and would do the same a second time; a file "
             "/etc/cloud/cloud-init.disabled keeps it from that, user-data = off of guest.conf us",
             false});
    return planned;
}

Result<PlannedStep> plan_user_data_deferred(const PlanInput& input)
{
    return plan_files("user-data-deferred-files", true, input);
}

}  // namespace onectx
