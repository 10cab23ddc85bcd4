// See package_manager.h.
#include "guest/plan/package_manager.h"

#include <array>
#include <utility>

namespace onectx {
namespace {

using Words = std::vector<std::string>;

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

const std::array<PackageManager, 7>& managers()
{
    static const std::array<PackageManager, 7> kManagers{{
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

RunScript run_of(const std::string& name, Words words)
{
    constexpr unsigned kLongest = 3600;  // seconds; a manager that hangs holds up all behind it
    return {.name = name,
            .place = ScriptPlace::machine,
            .file = "/usr/bin/env",
            .arguments = std::move(words),
            .limit_seconds = kLongest};
}

}  // namespace

Result<const PackageManager*> find_package_manager(const FileReader& tree)
{
    for (const auto& manager : managers())
        if (TRY(tree.status(manager.program))) return &manager;
    return nullptr;
}

RunScript update_run(const PackageManager& manager, const std::string& name)
{
    return run_of(name, manager.update);
}

RunScript upgrade_run(const PackageManager& manager, const std::string& name)
{
    return run_of(name, manager.upgrade);
}

RunScript install_run(const PackageManager& manager, const std::string& name,
                      const std::vector<PackageWish>& packages)
{
    auto words = manager.install;
    for (const auto& package : packages)
        words.push_back(package.version.empty() ? package.name
                                                : package.name + manager.version + package.version);
    return run_of(name, std::move(words));
}

}  // namespace onectx
