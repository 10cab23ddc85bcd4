// What becomes of the package that onectx-guest follows, one-context (and its ancestor's service,
// vmcontext): both would configure the same machine at every boot. Its services are switched off as
// their owner would switch them off; its files, settings and state stay, and its removal is the
// owner's to decide.
#include <algorithm>
#include <array>

#include "guest/edit/boot_order.h"
#include "guest/install/install.h"
#include "guest/install/rc_links.h"
#include "guest/model/presence.h"

namespace onectx {
namespace {

constexpr std::array<std::string_view, 7> kUnits{
    "one-context-local.service",     "one-context-online.service",
    "one-context.service",           "one-context-reconfigure.service",
    "one-context-force.service",     "one-context-reconfigure-delayed.service",
    "one-context-reconfigure.timer",
};
constexpr std::array<std::string_view, 3> kScripts{"one-context-local", "one-context", "vmcontext"};
constexpr std::string_view kUnitDirectory = "/etc/systemd/system";

template <std::size_t size>
bool is_one_of(const std::array<std::string_view, size>& names, std::string_view name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

// Masked, not only disabled: the rules of the package start them by name.
void mask_units(const FileReader& tree, Step& step)
{
    auto directories = tree.list(kUnitDirectory);
    if (directories)
        for (const auto& directory : *directories) {
            if (!directory.ends_with(".wants") && !directory.ends_with(".requires")) continue;
            auto path = std::string(kUnitDirectory) + "/" + directory;
            auto names = tree.list(path);
            if (!names) continue;
            for (const auto& name : *names)
                if (is_one_of(kUnits, name))
                    step.changes.emplace_back(RemoveFile{path + "/" + name});
        }
    for (auto unit : kUnits) {
        auto name = std::string(unit);
        auto of_the_owner = std::string(kUnitDirectory) + "/" + name;
        bool installed = is_there(tree, "/usr/lib/systemd/system/" + name) ||
                         is_there(tree, "/lib/systemd/system/" + name);
        if (installed && !is_there(tree, of_the_owner))
            step.changes.emplace_back(MakeSymlink{of_the_owner, "/dev/null"});
    }
}

void leave_runlevels(const FileReader& tree, Step& step)
{
    auto levels = tree.list("/etc/runlevels");
    if (!levels) return;
    for (const auto& level : *levels)
        for (auto script : kScripts) {
            auto path = "/etc/runlevels/" + level + "/" + std::string(script);
            if (is_there(tree, path)) step.changes.emplace_back(RemoveFile{path});
        }
}

// As `update-rc.d disable`: without any link an upgrade of the package would enable it again.
void stop_in_rc_directories(const FileReader& tree, Step& step)
{
    for (const auto& directory : rc_directories(tree))
        for (auto link : rc_links(tree, directory)) {
            if (link.kind != 'S' || !is_one_of(kScripts, link.script)) continue;
            step.changes.emplace_back(RemoveFile{directory + "/" + to_text(link)});
            link.kind = 'K';
            link.number = 100 - std::max(link.number, 1U);
            step.changes.emplace_back(
                MakeSymlink{directory + "/" + to_text(link), "../init.d/" + link.script});
        }
}

}  // namespace

std::string without_older_scripts(std::string text)
{
    for (auto script : kScripts)
        text = without_boot_script(text, script);
    return text;
}

PlannedStep retire_older_package(const InstallInput& input)
{
    PlannedStep planned{.step = {.name = "older-package"}, .problems = {}};
    mask_units(input.tree, planned.step);
    leave_runlevels(input.tree, planned.step);
    stop_in_rc_directories(input.tree, planned.step);
    return planned;
}

}  // namespace onectx
