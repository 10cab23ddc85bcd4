// The time zone: /etc/localtime, a link into the zoneinfo database (localtime(5)), and the name in
// the files where distributions keep it besides.
#include "common/text.h"
#include "guest/edit/assignment.h"
#include "guest/plan/plan.h"
#include "guest/plan/write_over.h"

namespace onectx {
namespace {

constexpr std::string_view kDatabase = "/usr/share/zoneinfo";

// Files of assignments that hold the name: Red Hat's and Amazon's, and SUSE's.
struct ZoneVariable {
    std::string_view path;
    std::string_view name;
};
constexpr ZoneVariable kZoneVariables[] = {
    {"/etc/sysconfig/clock", "ZONE"},
    {"/etc/sysconfig/clock", "TIMEZONE"},
    {"/etc/conf.d/hwclock", "timezone"},
};

// Debian's and Alpine's: one line. Kept right where it is, made nowhere.
Result<void> plan_name_file(const std::string& zone, const FileReader& tree, Step& step)
{
    auto file = TRY(tree.read("/etc/timezone"));
    if (!file || trim(file->content) == zone) return {};
    step.changes.emplace_back(write_over("/etc/timezone", file, zone + "\n"));
    return {};
}

Result<void> plan_assignments(const std::string& zone, const FileReader& tree, Step& step)
{
    for (const auto& variable : kZoneVariables) {
        auto file = TRY(tree.read(variable.path));
        if (!file) continue;
        auto edited = with_assignment(file->content, variable.name, zone);
        if (!edited || *edited == file->content) continue;
        step.changes.emplace_back(write_over(std::string(variable.path), file, std::move(*edited)));
    }
    return {};
}

}  // namespace

Result<PlannedStep> plan_timezone(const PlanInput& input)
{
    PlannedStep planned{.step = {.name = "timezone"}};
    const auto& zone = input.settings.system.timezone;
    if (zone.empty()) return planned;
    auto database = TRY(input.tree.status(kDatabase));
    if (!database)
        return fail(
            "TIMEZONE: this system has no zoneinfo database (the package is called tzdata)");
    auto data = input.tree.read(std::string(kDatabase) + "/" + zone);
    if (!data || !*data || !(*data)->content.starts_with("TZif"))  // RFC 8536
        return fail("TIMEZONE: " + shown(zone) + " is no time zone of this system");
    // As systemd writes it, so that it says the same from outside of the root.
    planned.step.changes.emplace_back(MakeSymlink{
        .path = "/etc/localtime", .target = ".." + std::string(kDatabase) + "/" + zone});
    TRY(plan_name_file(zone, input.tree, planned.step));
    TRY(plan_assignments(zone, input.tree, planned.step));
    return planned;
}

}  // namespace onectx
