// The time zone: /etc/localtime, a link into the zoneinfo database (localtime(5)), and the name in
// the files where distributions keep it besides.
#include <array>

#include "common/text.h"
#include "guest/edit/assignment.h"
#include "guest/plan/plan.h"
#include "guest/plan/write_over.h"

namespace onectx {
namespace {

constexpr std::string_view kDatabase = "/usr/share/zoneinfo";

// Files of assignments that hold the name, by the variables of SUSE's, Red Hat's and Amazon's, and
// of OpenRC's.
struct ZoneFile {
    std::string_view path;
    std::array<std::string_view, 2> names;
};
constexpr ZoneFile kZoneFiles[] = {
    {"/etc/sysconfig/clock", {"ZONE", "TIMEZONE"}},
    {"/etc/conf.d/hwclock", {"timezone"}},
};

// Debian's and Alpine's: one line. Kept right where it is, made nowhere.
Result<void> plan_name_file(const std::string& zone, const FileReader& tree, Step& step)
{
    auto file = TRY(tree.read("/etc/timezone"));
    if (!file) return {};
    auto text = trim(file->content) == zone ? file->content : zone + "\n";
    step.changes.emplace_back(write_over("/etc/timezone", file, std::move(text)));
    return {};
}

Result<void> plan_assignments(const std::string& zone, const FileReader& tree, Step& step)
{
    for (const auto& [path, names] : kZoneFiles) {
        auto file = TRY(tree.read(path));
        if (!file) continue;
        auto text = file->content;
        bool has_any = false;
        for (const auto name : names) {
            auto edited = name.empty() ? std::nullopt : with_assignment(text, name, zone);
            if (!edited) continue;
            text = std::move(*edited);
            has_any = true;
        }
        if (has_any)
            step.changes.emplace_back(write_over(std::string(path), file, std::move(text)));
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
