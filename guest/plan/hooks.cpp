// See hooks.h.
#include "guest/plan/hooks.h"

#include <algorithm>
#include <array>

#include "common/limits.h"
#include "common/text.h"
#include "guest/plan/followed_status.h"

namespace onectx {
namespace {

constexpr std::string_view kDirectory = "/etc/onectx/";
constexpr std::string_view kOlderDirectory = "/etc/";
constexpr std::string_view kOlderName = "one-context.d";
constexpr std::string_view kOlderScripts = "net-97-start-script";

// Everything that a version of the older package, under any of its names, put into
// /etc/one-context.d. What it did, onectx does.
constexpr std::array<std::string_view, 64> kOlderFiles{"00-network",
                                                       "01-dns",
                                                       "02-ssh_host_key",
                                                       "02-ssh_public_key",
                                                       "03-selinux-ssh",
                                                       "04-mount-swap",
                                                       "05-grow-rootfs",
                                                       "05-hostname",
                                                       "06-gen-env",
                                                       "07-grow-rootfs",
                                                       "08-eole",
                                                       "10-network",
                                                       "10-network-pci",
                                                       "10-set-username-password",
                                                       "11-dns",
                                                       "11-fix-loopback",
                                                       "12-ssh_host_key",
                                                       "12-ssh_public_key",
                                                       "13-selinux-ssh",
                                                       "14-mount-swap",
                                                       "15-hostname",
                                                       "16-gen-env",
                                                       "20-set-username-password",
                                                       "22-ssh_public_key",
                                                       "23-selinux-ssh",
                                                       "97-start-script",
                                                       "98-execute-scripts",
                                                       "99-execute-scripts",
                                                       "99-report-ready",
                                                       "99-start-script",
                                                       "loc-04-run-dir",
                                                       "loc-04-tmpfs",
                                                       "loc-05-grow-rootfs",
                                                       "loc-06-mount-virtiofs",
                                                       "loc-09-timezone",
                                                       "loc-10-network",
                                                       "loc-10-network-pci",
                                                       "loc-11-dns",
                                                       "loc-12-firewall",
                                                       "loc-13-ntp",
                                                       "loc-14-mount-swap",
                                                       "loc-15-ip_forward",
                                                       "loc-15-keepalived",
                                                       "loc-16-gen-env",
                                                       "loc-18-mount-disks",
                                                       "loc-20-set-username-password",
                                                       "loc-22-ssh_public_key",
                                                       "loc-23-selinux-ssh",
                                                       "loc-24-ssh_host_key",
                                                       "loc-30-console",
                                                       "loc-35-securetty",
                                                       "loc-40-vcenter-get-files",
                                                       "loc-99-clear_info",
                                                       "net-11-fix-loopback",
                                                       "net-12-ssh_host_key",
                                                       "net-15-hostname",
                                                       "net-16-ssh_host_key",
                                                       "net-95-cloudinit-start",
                                                       "net-96-cloudinit",
                                                       "net-96-cloudinit-finish",
                                                       "net-96-entrypoint",
                                                       "net-97-start-script",
                                                       "net-98-execute-scripts",
                                                       "net-99-report-ready"};

// Most of those files say so at their beginning; a user's own under such a name does not.
constexpr std::string_view kOlderMark = "OpenNebula";
constexpr std::size_t kMarkBytes = 1024;

bool is_leftover(std::string_view name)
{
    constexpr std::array<std::string_view, 7> kEnds{"~",       ".bak",     ".orig",   ".swp",
                                                    ".rpmnew", ".rpmsave", ".rpmorig"};
    constexpr std::string_view kReadMe = "README";
    return name.starts_with('.') || name.starts_with(kReadMe) ||
           name.find(".dpkg-") != std::string_view::npos ||
           std::any_of(kEnds.begin(), kEnds.end(),
                       [&](std::string_view end) { return name.ends_with(end); });
}

// Whether the file is one to be run. A link to /dev/null is nobody's mistake.
Result<bool> is_hook(const std::string& path, const FileReader& tree,
                     std::vector<Problem>& problems)
{
    constexpr unsigned kExecutable = 0111;
    auto status = TRY(followed_status(path, tree));
    if (!status || status->type != FileType::regular) return false;
    if ((status->mode & kExecutable) != 0) return true;
    problems.push_back({"", path + " is not executable, so it is not run", false});
    return false;
}

Result<std::vector<std::string>> hook_names(const std::string& directory, const FileReader& tree,
                                            std::vector<Problem>& problems)
{
    std::vector<std::string> names;
    for (auto& name : TRY(tree.list(directory))) {
        if (is_leftover(name)) continue;
        if (names.size() == kMaxHooks) {
            problems.push_back({"",
                                directory + " holds more than " + std::to_string(kMaxHooks) +
                                    " hooks; the rest is not run",
                                true});
            break;
        }
        names.push_back(std::move(name));
    }
    return names;
}

Result<void> add_own(const std::string& folder, HookTime time, const FileReader& tree, Hooks& found)
{
    auto directory = std::string(kDirectory) + folder;
    for (const auto& name : TRY(hook_names(directory, tree, found.problems))) {
        auto path = directory + "/" + name;
        if (TRY(is_hook(path, tree, found.problems)))
            found.hooks.push_back({folder + "/" + name, std::move(path), time, false});
    }
    return {};
}

HookTime older_time(std::string_view name)
{
    if (name.starts_with("loc-")) return HookTime::local;
    return name < kOlderScripts ? HookTime::before : HookTime::after;
}

Result<void> add_older(const FileReader& tree, Hooks& found)
{
    auto directory = std::string(kOlderDirectory) + std::string(kOlderName);
    for (const auto& name : TRY(hook_names(directory, tree, found.problems))) {
        auto path = directory + "/" + name;
        if (is_of_older_package(name)) {
            auto file = tree.read(path);
            if (file && *file &&
                (*file)->content.substr(0, kMarkBytes).find(kOlderMark) == std::string::npos)
                found.problems.push_back(
                    {"", path + " has the name of a file of the older package, so it is not run",
                     false});
            continue;
        }
        if (TRY(is_hook(path, tree, found.problems)))
            found.hooks.push_back(
                {std::string(kOlderName) + "/" + name, std::move(path), older_time(name), true});
    }
    return {};
}

}  // namespace

bool is_of_older_package(std::string_view name)
{
    return std::binary_search(kOlderFiles.begin(), kOlderFiles.end(), name);
}

Result<Hooks> find_hooks(const FileReader& tree)
{
    Hooks found;
    TRY(add_own("hooks.d/local", HookTime::local, tree, found));
    TRY(add_own("hooks.d/network", HookTime::before, tree, found));
    TRY(add_own("hooks.d", HookTime::before, tree, found));
    TRY(add_older(tree, found));
    return found;
}

}  // namespace onectx
