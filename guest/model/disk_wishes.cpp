// See disk_wishes.h.
#include "guest/model/disk_wishes.h"

#include <algorithm>
#include <array>
#include <map>

#include "common/limits.h"
#include "common/mount_point.h"
#include "common/text.h"
#include "guest/model/flag.h"
#include "guest/model/problems.h"
#include "guest/model/settings.h"

namespace onectx {
namespace {

constexpr std::uint64_t kMaxDiskId = 65535;

void read_growing(const Context& context, Settings& settings)
{
    settings.growing.root = read_flag(context, "GROW_ROOTFS", true, settings.problems);
    auto items = split_list(value_of(context, "GROW_FS").value_or(""), kMaxListItems + 1);
    if (items.size() > kMaxListItems) {
        items.resize(kMaxListItems);
        add_problem(
            settings.problems,
            {"GROW_FS",
             "more than " + std::to_string(kMaxListItems) + " items; the rest is left out", true});
    }
    auto& wanted = settings.growing.mount_points;
    for (const auto& item : items) {
        auto path = clean_path(item);
        if (path.empty())
            add_problem(settings.problems, {"GROW_FS", shown(item) + " is no mount point", true});
        else if (std::find(wanted.begin(), wanted.end(), path) == wanted.end())
            wanted.push_back(std::move(path));
    }
}

struct Pair {
    std::string_view tag;
    std::string_view point;
};

// What belongs together, by the x of DISKx.
std::map<std::uint64_t, Pair> pairs_of(const Context& context)
{
    std::map<std::uint64_t, Pair> pairs;
    for (const auto& [name, variable] : context) {
        const std::string_view text = name;
        constexpr std::string_view kDisk = "DISK";
        const auto end = text.find('_');
        if (!text.starts_with(kDisk) || end == std::string_view::npos) continue;
        const auto id = parse_number(text.substr(kDisk.size(), end - kDisk.size()), 0, kMaxDiskId);
        const auto value = trim(value_of(context, name).value_or(""));
        if (!id || value.empty()) continue;
        if (text.substr(end) == "_MOUNT_TAG") pairs[*id].tag = value;
        if (text.substr(end) == "_MOUNT_POINT") pairs[*id].point = value;
    }
    return pairs;
}

// Why a pair cannot be mounted; empty when it can, and the wish is complete then.
std::string fault_of(const Pair& pair, MountWish& wish)
{
    if (pair.tag.empty()) return "there is no MOUNT_TAG for it";
    if (pair.point.empty()) return "there is no MOUNT_POINT for it";
    if (!is_mount_tag(pair.tag)) return shown(pair.tag) + " is no tag of a shared file system";
    wish.tag = pair.tag;
    wish.target = clean_path(pair.point);
    if (wish.target.empty()) return shown(pair.point) + " is no mount point";
    if (!is_mount_target(wish.target))
        return shown(pair.point) + " belongs to the system; nothing is mounted there";
    return "";
}

void read_mounts(const Context& context, Settings& settings)
{
    auto& mounts = settings.mounts.mounts;
    for (const auto& [id, pair] : pairs_of(context)) {
        const auto disk = "DISK" + std::to_string(id);
        MountWish wish{.tag = {}, .target = {}, .variable = disk + "_MOUNT_POINT"};
        const auto at_fault = pair.point.empty() || (!pair.tag.empty() && !is_mount_tag(pair.tag))
                                  ? disk + "_MOUNT_TAG"
                                  : wish.variable;
        auto fault = fault_of(pair, wish);
        if (fault.empty() && std::any_of(mounts.begin(), mounts.end(), [&](const auto& other) {
                return other.target == wish.target;
            }))
            fault = shown(wish.target) + " is the mount point of another disk";
        if (!fault.empty()) {
            add_problem(settings.problems, {at_fault, std::move(fault), true});
            continue;
        }
        if (mounts.size() == kMaxMounts) {
            add_problem(settings.problems, {at_fault,
                                            "more than " + std::to_string(kMaxMounts) +
                                                " file systems; it and the rest are left out",
                                            true});
            return;
        }
        mounts.push_back(std::move(wish));
    }
}

}  // namespace

bool is_mount_target(std::string_view path)
{
    constexpr std::array<std::string_view, 15> kWhole{
        "/bin",    "/boot", "/dev", "/efi",  "/etc", "/lib", "/lib32",         "/lib64",
        "/libx32", "/proc", "/run", "/sbin", "/sys", "/usr", "/var/lib/onectx"};
    constexpr std::array<std::string_view, 5> kAlone{"/", "/root", "/tmp", "/var", "/var/lib"};
    return std::find(kAlone.begin(), kAlone.end(), path) == kAlone.end() &&
           std::none_of(kWhole.begin(), kWhole.end(), [&](std::string_view top) {
               return path.starts_with(top) &&
                      (path.size() == top.size() || path[top.size()] == '/');
           });
}

void read_disk_wishes(const Context& context, const Policy& policy, const Refusals& refusals,
                      Settings& settings)
{
    if (is_on(policy.growing)) read_growing(context, settings);
    // What was refused might have said NO.
    if (refusals.cut_off || refusals.names.contains("GROW_ROOTFS")) settings.growing.root = false;
    if (is_on(policy.mounts)) read_mounts(context, settings);
    settings.mounts.complete = !refusals.any;
}

}  // namespace onectx
