// The services of an installation: systemd's units, OpenRC's scripts, or those of SysV init.
#include <algorithm>
#include <array>

#include "common/text.h"
#include "guest/edit/boot_order.h"
#include "guest/install/files.h"
#include "guest/install/install.h"
#include "guest/install/rc_links.h"

namespace onectx {
namespace {

constexpr unsigned kScriptMode = 0755;
constexpr std::string_view kLocal = "onectx-local";
constexpr std::string_view kMain = "onectx";

bool is_regular(const FileReader& tree, const std::string& path)
{
    auto status = tree.status(path);
    return status && *status && (*status)->type == FileType::regular;
}

// "onectx.service" of "systemd/onectx.service", in that folder.
template <class Use>
void for_each_file(std::string_view folder, Use use)
{
    for (const auto& file : installed_files())
        if (file.name.starts_with(folder)) use(std::string(file.name.substr(folder.size())), file);
}

void install_units(const InstallInput& input, PlannedStep& planned)
{
    std::vector<Change> links;
    for_each_file("systemd/", [&](const std::string& name, const InstalledFile& file) {
        const auto path = "/usr/lib/systemd/system/" + name;
        planned.step.changes.emplace_back(
            WriteFile{.path = path, .content = std::string(file.text), .owner = {}});
        const auto hides = "/etc/systemd/system/" + name;
        if (is_regular(input.tree, hides))
            planned.problems.push_back(
                {"", hides + " hides the unit that was installed; remove it if it is a copy"});
        // What `systemctl enable` makes of the [Install] section.
        constexpr std::string_view kKey = "WantedBy=";
        for (auto line : split_lines(file.text))
            if (line.starts_with(kKey))
                for (const auto& target : split_words(line.substr(kKey.size())))
                    links.emplace_back(
                        MakeSymlink{"/etc/systemd/system/" + target + ".wants/" + name, path});
    });
    for_each_file("preset/", [&](const std::string& name, const InstalledFile& file) {
        planned.step.changes.emplace_back(
            WriteFile{.path = "/usr/lib/systemd/system-preset/" + name,
                      .content = std::string(file.text),
                      .owner = {}});
    });
    auto& changes = planned.step.changes;
    changes.insert(changes.end(), links.begin(), links.end());
}

void install_scripts(std::string_view folder, PlannedStep& planned)
{
    for_each_file(folder, [&](const std::string& name, const InstalledFile& file) {
        planned.step.changes.emplace_back(WriteFile{.path = "/etc/init.d/" + name,
                                                    .content = std::string(file.text),
                                                    .mode = kScriptMode,
                                                    .owner = {}});
    });
}

void enable_in_runlevel(std::string_view level, std::string_view script, PlannedStep& planned)
{
    planned.step.changes.emplace_back(
        MakeSymlink{"/etc/runlevels/" + std::string(level) + "/" + std::string(script),
                    "/etc/init.d/" + std::string(script)});
}

// Debian's OpenRC starts the scripts of SysV init, the network's in its first runlevel, and has no
// services of its own that ours could need.
void install_for_openrc(const InstallInput& input, PlannedStep& planned)
{
    bool has_own_services = is_regular(input.tree, "/etc/init.d/localmount");
    install_scripts(has_own_services ? "openrc/" : "sysv/", planned);
    enable_in_runlevel(has_own_services ? "boot" : "sysinit", kLocal, planned);
    enable_in_runlevel("default", kMain, planned);
}

// Just before whatever configures the network there; where nothing does, as chkconfig(8) of Red Hat
// is told in the script.
unsigned number_before_network(const std::vector<RcLink>& links)
{
    constexpr std::array<std::string_view, 5> kOfTheNetwork{"networking", "network",
                                                            "NetworkManager", "net.eth0", "wicked"};
    unsigned number = 9;
    bool found = false;
    for (const auto& link : links)
        if (link.kind == 'S' && std::find(kOfTheNetwork.begin(), kOfTheNetwork.end(),
                                          link.script) != kOfTheNetwork.end()) {
            number = found ? std::min(number, link.number) : link.number;
            found = true;
        }
    return number == 0 ? 0 : number - 1;
}

// A link that is there stays: insserv(8) may have given it another number.
void enable_in_directory(const InstallInput& input, const std::string& directory,
                         std::string_view script, PlannedStep& planned)
{
    constexpr unsigned kLate = 91;
    auto links = rc_links(input.tree, directory);
    for (const auto& link : links) {
        if (link.script != script) continue;
        if (link.kind == 'S') return;
        planned.step.changes.emplace_back(RemoveFile{directory + "/" + to_text(link)});
    }
    auto number = script == kLocal ? number_before_network(links) : kLate;
    planned.step.changes.emplace_back(
        MakeSymlink{directory + "/" + to_text({'S', number, std::string(script)}),
                    "../init.d/" + std::string(script)});
}

// Where startpar(8) starts the scripts, the links alone start nothing.
void order_script(const InstallInput& input, const std::string& path, const BootScript& script,
                  PlannedStep& planned)
{
    auto file = input.tree.read(path);
    if (!file || !*file) return;
    planned.step.changes.emplace_back(
        WriteFile{.path = path,
                  .content = with_boot_script(without_older_scripts((*file)->content), script),
                  .mode = (*file)->status.mode,
                  .owner = {}});
}

void enable_for_sysv(const InstallInput& input, PlannedStep& planned)
{
    auto early = rc_directories(input.tree, "S");
    auto late = rc_directories(input.tree, "2345");
    if (early.empty()) early = late;
    // Neither: busybox' rcS starts what is called S??name in /etc/init.d itself.
    if (late.empty()) early = late = {"/etc/init.d"};
    for (const auto& directory : early)
        enable_in_directory(input, directory, kLocal, planned);
    for (const auto& directory : late)
        enable_in_directory(input, directory, kMain, planned);
    order_script(
        input, "/etc/init.d/.depend.boot",
        {.name = std::string(kLocal),
         .after = {"mountkernfs.sh", "udev", "eudev", "mountall.sh", "mountall-bootclean.sh"},
         .before = {"networking", "network-manager"}},
        planned);
    order_script(input, "/etc/init.d/.depend.start",
                 {.name = std::string(kMain), .after = {}, .before = {}}, planned);
}

}  // namespace

PlannedStep install_services(const InstallInput& input)
{
    PlannedStep planned{.step = {.name = "services"}, .problems = {}};
    switch (input.init) {
        case Init::systemd: install_units(input, planned); break;
        case Init::openrc: install_for_openrc(input, planned); break;
        case Init::sysv:
            install_scripts("sysv/", planned);
            enable_for_sysv(input, planned);
            break;
        case Init::unknown: break;
    }
    return planned;
}

}  // namespace onectx
