// See read_only.h.
#include "guest/plan/read_only.h"

#include <algorithm>
#include <array>

#include "common/text.h"

namespace onectx {
namespace {

struct Place {
    std::string_view etc;
    std::string_view run;
};

// systemd-networkd(8), resolved.conf(5), netplan(5), NetworkManager.conf(5), sysctl.d(5), udev(7).
constexpr std::array<Place, 7> kPlaces{{
    {"/etc/systemd/network", "/run/systemd/network"},
    {"/etc/systemd/resolved.conf.d", "/run/systemd/resolved.conf.d"},
    {"/etc/netplan", "/run/netplan"},
    {"/etc/NetworkManager/system-connections", "/run/NetworkManager/system-connections"},
    {"/etc/NetworkManager/conf.d", "/run/NetworkManager/conf.d"},
    {"/etc/sysctl.d", "/run/sysctl.d"},
    {"/etc/udev/rules.d", "/run/udev/rules.d"},
}};

// True when the path lies, or is, in one of the places; it is moved then.
bool move_to_run(std::string& path)
{
    for (const auto& place : kPlaces) {
        auto rest = std::string_view(path).substr(std::min(place.etc.size(), path.size()));
        if (!path.starts_with(place.etc) || (!rest.empty() && rest[0] != '/')) continue;
        path = std::string(place.run).append(rest);
        return true;
    }
    return false;
}

// Only what is written is worth a word; an old file in /etc cannot go, and stays.
void move_changes(Step& step, std::vector<std::string>& moved)
{
    std::erase_if(step.changes, [](const Change& change) {
        const auto* gone = std::get_if<RemoveFile>(&change);
        auto path = gone ? gone->path : std::string();
        return move_to_run(path);
    });
    for (auto& change : step.changes) {
        if (auto* file = std::get_if<WriteFile>(&change)) {
            if (move_to_run(file->path)) moved.push_back(file->path);
        } else if (auto* directory = std::get_if<MakeDirectory>(&change)) {
            move_to_run(directory->path);
        } else if (auto* link = std::get_if<MakeSymlink>(&change)) {
            if (move_to_run(link->path)) moved.push_back(link->path);
        }
    }
    for (auto* runs : {&step.activate, &step.prepare})
        for (auto& run : *runs)
            for (auto& path : run.when)
                move_to_run(path);
}

// Without its files the step would end before the kernel is told the name.
void leave_files_of_the_name(Step& step, std::vector<std::string>& left)
{
    bool names_kernel = std::any_of(
        step.changes.begin(), step.changes.end(),
        [](const Change& change) { return std::holds_alternative<SetKernelHostname>(change); });
    if (!names_kernel) return;
    std::erase_if(step.changes, [&](const Change& change) {
        auto path = path_of(change);
        if (!path.starts_with("/etc/")) return false;
        left.push_back(std::move(path));
        return true;
    });
}

}  // namespace

Plan for_read_only_etc(Plan plan)
{
    std::vector<std::string> moved;
    std::vector<std::string> left;
    for (auto& step : plan.steps) {
        move_changes(step, moved);
        leave_files_of_the_name(step, left);
    }
    std::vector<std::string> parts;
    if (!moved.empty()) parts.push_back(join(moved, ", ") + " count for this boot");
    if (!left.empty()) parts.push_back(join(left, ", ") + " stay as they are");
    if (!parts.empty()) plan.problems.push_back({"", "/etc is read-only: " + join(parts, "; ")});
    return plan;
}

}  // namespace onectx
