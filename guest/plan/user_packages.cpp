// Packages of user data, by the manager that the image has. It asks nobody anything, waits for its
// lock, and what it says is in the log of its script.
#include <array>

#include "guest/plan/user_data.h"

namespace onectx {
namespace {

using Words = std::vector<std::string>;

struct Manager {
    const char* program;
    const char* name;
    Words update;   // the lists of what there is
    Words upgrade;  // everything that is installed
    Words install;
    const char* version;  // between a name and a version
};

// apt waits for who else uses it, and keeps files of the machine that a package would replace.
const Words kApt{"DEBIAN_FRONTEND=noninteractive",
                 "apt-get",
                 "-q",
                 "-y",
                 "-o",
                 "DPkg::Lock::Timeout=300",
                 "-o",
                 "Dpkg::Options::=--force-confdef",
                 "-o",
                 "Dpkg::Options::=--force-confold"};

Words with(Words words, std::initializer_list<const char*> more)
{
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

const std::array<Manager, 7>& managers()
{
    static const std::array<Manager, 7> kManagers{{
        {"/usr/bin/apt-get", "apt-get", with(kApt, {"update"}), with(kApt, {"dist-upgrade"}),
         with(kApt, {"install"}), "="},
        {"/usr/bin/dnf",
         "dnf",
         {"dnf", "-y", "makecache"},
         {"dnf", "-y", "upgrade"},
         {"dnf", "-y", "install"},
         "-"},
        {"/usr/bin/yum",
         "yum",
         {"yum", "-y", "makecache"},
         {"yum", "-y", "upgrade"},
         {"yum", "-y", "install"},
         "-"},
        {"/usr/bin/zypper",
         "zypper",
         {"zypper", "--non-interactive", "refresh"},
         {"zypper", "--non-interactive", "update", "--auto-agree-with-licenses"},
         {"zypper", "--non-interactive", "install", "--auto-agree-with-licenses"},
         "="},
        {"/sbin/apk", "apk", {"apk", "update"}, {"apk", "upgrade"}, {"apk", "add"}, "="},
        {"/usr/bin/pacman",
         "pacman",
         {"pacman", "-Sy", "--noconfirm"},
         {"pacman", "-Su", "--noconfirm"},
         {"pacman", "-S", "--needed", "--noconfirm"},
         "="},
        {"/usr/bin/microdnf",
         "microdnf",
         {"microdnf", "makecache"},
         {"microdnf", "-y", "upgrade"},
         {"microdnf", "-y", "install"},
         "-"},
    }};
    return kManagers;
}

RunScript run_of(const char* name, Words words)
{
    constexpr unsigned kLongest = 3600;  // seconds; a manager that hangs holds up all behind it
    return {.name = name,
            .place = ScriptPlace::machine,
            .file = "/usr/bin/env",
            .arguments = std::move(words),
            .limit_seconds = kLongest};
}

}  // namespace

Result<std::vector<RunScript>> plan_user_data_packages(const PlanInput& input)
{
    const auto& wish = input.settings.user_data;
    std::vector<RunScript> runs;
    if (wish.packages.empty() && !wish.update_packages && !wish.upgrade_packages) return runs;
    const Manager* found = nullptr;
    for (const auto& manager : managers())
        if (found == nullptr && TRY(input.tree.status(manager.program))) found = &manager;
    if (found == nullptr)
        return fail(
            "no manager of packages is here that is known (apt-get, dnf, yum, zypper, apk, "
            "pacman)");
    runs.push_back(run_of("user-data-package-update", found->update));
    if (wish.upgrade_packages) runs.push_back(run_of("user-data-package-upgrade", found->upgrade));
    if (wish.packages.empty()) return runs;
    auto words = found->install;
    for (const auto& package : wish.packages)
        words.push_back(package.version.empty() ? package.name
                                                : package.name + found->version + package.version);
    runs.push_back(run_of("user-data-packages", std::move(words)));
    return runs;
}

}  // namespace onectx
