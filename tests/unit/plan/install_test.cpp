// What an installation makes of a tree, for each init system: everything enabled, a second one
// empty, and the older package's services off while its files stay.
#include "guest/install/install.h"

#include <algorithm>

#include "common/text.h"
#include "guest/install/files.h"
#include "guest/plan/prune.h"
#include "tests/support/apply_to_tree.h"
#include "tests/support/catch.h"
#include "tests/support/machine.h"
#include "tests/support/memory_tree.h"

namespace onectx {

using test::MemoryTree;

namespace {

Facts facts()
{
    Facts facts;
    facts.offline = true;
    return facts;
}

// Plans, prunes and applies; the paths that were touched. A second installation must be empty.
std::vector<std::string> install(MemoryTree& tree, Init init)
{
    tree.file("/etc/passwd", "root:x:0:0::/root:/bin/sh\n").file("/etc/group", "root:x:0:\n");
    auto plan = [&](bool with_program) {
        std::optional<std::string> program;
        if (with_program) program = "ELF";
        return prune(plan_install({tree, init, program}), tree, facts());
    };
    auto first = plan(true);
    std::vector<std::string> paths;
    for (const auto& step : first.steps) {
        CHECK(step.failure.empty());
        for (const auto& change : step.changes)
            paths.push_back(path_of(change));
    }
    test::apply_to_tree(first, tree);
    for (const auto& step : plan(false).steps)
        CHECK(test::paths_of(step).empty());
    return paths;
}

bool contains(const std::vector<std::string>& paths, const std::string& path)
{
    return std::find(paths.begin(), paths.end(), path) != paths.end();
}

bool is_there(const MemoryTree& tree, std::string_view path)
{
    return tree.nodes().contains(path);
}

std::string link_of(const MemoryTree& tree, std::string_view path)
{
    return tree.link_target(path).value().value_or("(none)");
}

std::string text_of(const MemoryTree& tree, std::string_view path)
{
    auto file = tree.read(path);
    return file && *file ? (*file)->content : "(none)";
}

const std::vector<std::string> kEverywhere{"/usr/sbin/onectx-guest", "/etc/onectx/guest.conf",
                                           "/etc/onectx/guest.conf.d", "/etc/onectx/hooks.d"};

}  // namespace

TEST_CASE("an installation for systemd")
{
    MemoryTree tree;
    tree.directory("/usr/lib/systemd/system");
    auto paths = install(tree, Init::systemd);
    for (const auto& path : kEverywhere)
        CHECK(contains(paths, path));
    CHECK(tree.nodes().at("/usr/sbin/onectx-guest").status.mode == 0755);
    CHECK(link_of(tree, "/usr/bin/onegate") == "../sbin/onectx-guest");
    const std::vector<std::pair<std::string, std::string>> wants{
        {"sysinit.target", "onectx-local.service"},
        {"sysinit.target", "onectx-update.path"},
        {"multi-user.target", "onectx.service"}};
    for (const auto& [target, unit] : wants)
        CHECK(link_of(tree, "/etc/systemd/system/" + target + ".wants/" + unit) ==
              "/usr/lib/systemd/system/" + unit);
    // One that nobody wants is installed all the same, and no unit is forgotten.
    CHECK(is_there(tree, "/usr/lib/systemd/system/onectx-update.service"));
    for (const auto& file : installed_files()) {
        constexpr std::string_view kFolder = "systemd/";
        if (!file.name.starts_with(kFolder)) continue;
        CHECK(text_of(tree, "/usr/lib/systemd/system/" +
                                std::string(file.name.substr(kFolder.size()))) == file.text);
    }
    // What is enabled has a preset, or a first boot of Fedora's would disable it.
    auto preset = text_of(tree, "/usr/lib/systemd/system-preset/80-onectx.preset");
    for (const auto& [target, unit] : wants)
        CHECK(preset.contains("enable " + unit + "\n"));
    CHECK(is_there(tree, "/usr/lib/udev/rules.d/66-onectx.rules"));
    CHECK_FALSE(is_there(tree, "/etc/init.d"));
}

TEST_CASE("the owner's files stay, and what hides the installation is named")
{
    MemoryTree tree;
    tree.file("/etc/onectx/guest.conf", "[policy]\n")
        .file("/etc/systemd/system/onectx.service", "old")
        .link("/etc/systemd/system/onectx-local.service", "/dev/null")
        .file("/etc/udev/rules.d/66-onectx.rules", "old")
        .file("/usr/bin/cloud-init", "");
    auto plan = plan_install({tree, Init::systemd, std::nullopt});
    CHECK(test::to_lines(plan.problems) ==
          std::vector<std::string>{
              "warning : /etc/udev/rules.d/66-onectx.rules hides the rules that were installed; "
              "remove it if it is a copy",
              "warning : /etc/systemd/system/onectx.service hides the unit that was installed; "
              "remove it if it is a copy",
              "warning : cloud-init is installed too, and would configure the same network and "
              "users; an empty /etc/cloud/cloud-init.disabled switches it off"});
    install(tree, Init::systemd);
    CHECK(text_of(tree, "/etc/onectx/guest.conf") == "[policy]\n");
    CHECK(text_of(tree, "/etc/systemd/system/onectx.service") == "old");
    tree.file("/etc/cloud/cloud-init.disabled", "");
    CHECK(plan_install({tree, Init::systemd, std::nullopt}).problems.size() == 2);
}

TEST_CASE("rules go where udev keeps its own, and to mdev where that is used")
{
    MemoryTree tree;
    tree.file("/lib/udev/rules.d/50-udev-default.rules", "")
        .file("/etc/init.d/localmount", "")
        .file("/etc/mdev.conf", "sda.* root:disk 0660\n", 0600);
    install(tree, Init::openrc);
    CHECK(is_there(tree, "/lib/udev/rules.d/66-onectx.rules"));
    CHECK_FALSE(is_there(tree, "/usr/lib/udev/rules.d/66-onectx.rules"));
    auto text = text_of(tree, "/etc/mdev.conf");
    CHECK(text.starts_with("# onectx: begin\n"));
    CHECK(text.ends_with("# onectx: end\nsda.* root:disk 0660\n"));
    CHECK(text.find("\n-sr[0-9]+ ") != std::string::npos);
    CHECK(tree.nodes().at("/etc/mdev.conf").status.mode == 0600);
}

TEST_CASE("an installation for OpenRC")
{
    MemoryTree tree;
    tree.file("/etc/init.d/localmount", "");
    install(tree, Init::openrc);
    CHECK(link_of(tree, "/etc/runlevels/boot/onectx-local") == "/etc/init.d/onectx-local");
    CHECK(link_of(tree, "/etc/runlevels/default/onectx") == "/etc/init.d/onectx");
    CHECK(text_of(tree, "/etc/init.d/onectx").starts_with("#!/sbin/openrc-run\n"));
    CHECK(tree.nodes().at("/etc/init.d/onectx-local").status.mode == 0755);
}

TEST_CASE("an installation for Debian's OpenRC, which runs the scripts of SysV init")
{
    MemoryTree tree;
    tree.directory("/etc/runlevels/sysinit");
    install(tree, Init::openrc);
    CHECK(link_of(tree, "/etc/runlevels/sysinit/onectx-local") == "/etc/init.d/onectx-local");
    CHECK(text_of(tree, "/etc/init.d/onectx-local").starts_with("#!/bin/sh\n"));
}

TEST_CASE("an installation for SysV init")
{
    MemoryTree tree;
    SECTION("Debian's, with startpar")
    {
        for (const auto* level : {"2", "3", "4", "5"})
            tree.file("/etc/rc" + std::string(level) + ".d/README", "");
        tree.link("/etc/rcS.d/S10networking", "../init.d/networking")
            .link("/etc/rcS.d/S01hostname.sh", "../init.d/hostname.sh")
            .file("/etc/init.d/.depend.boot", "TARGETS = udev networking\n")
            .file("/etc/init.d/.depend.start", "TARGETS = one-context ssh\n")
            .link("/etc/rc2.d/S05one-context", "../init.d/one-context")
            .link("/etc/rcS.d/S04one-context-local", "../init.d/one-context-local");
        install(tree, Init::sysv);
        CHECK(link_of(tree, "/etc/rcS.d/S09onectx-local") == "../init.d/onectx-local");
        for (const auto* level : {"2", "3", "4", "5"})
            CHECK(link_of(tree, "/etc/rc" + std::string(level) + ".d/S91onectx") ==
                  "../init.d/onectx");
        CHECK(text_of(tree, "/etc/init.d/.depend.boot") ==
              "TARGETS = udev networking onectx-local\n"
              "networking: onectx-local\nonectx-local: udev\n");
        CHECK(text_of(tree, "/etc/init.d/.depend.start") == "TARGETS = ssh onectx\n");
        CHECK_FALSE(is_there(tree, "/etc/rc2.d/S05one-context"));
        CHECK(link_of(tree, "/etc/rc2.d/K95one-context") == "../init.d/one-context");
        CHECK(link_of(tree, "/etc/rcS.d/K96one-context-local") == "../init.d/one-context-local");
    }
    SECTION("links that insserv numbered stay")
    {
        tree.link("/etc/rcS.d/S13onectx-local", "../init.d/onectx-local")
            .link("/etc/rc2.d/K09onectx", "../init.d/onectx");
        install(tree, Init::sysv);
        CHECK_FALSE(is_there(tree, "/etc/rcS.d/S08onectx-local"));
        CHECK_FALSE(is_there(tree, "/etc/rc2.d/K09onectx"));
        CHECK(is_there(tree, "/etc/rc2.d/S91onectx"));
    }
    SECTION("Red Hat's, without a directory for the boot")
    {
        tree.link("/etc/rc3.d/S10network", "../init.d/network");
        install(tree, Init::sysv);
        CHECK(is_there(tree, "/etc/rc3.d/S09onectx-local"));
        CHECK(is_there(tree, "/etc/rc3.d/S91onectx"));
    }
    SECTION("busybox'")
    {
        tree.file("/etc/init.d/rcS", "").file("/etc/init.d/S40network", "");
        install(tree, Init::sysv);
        CHECK(link_of(tree, "/etc/init.d/S39onectx-local") == "../init.d/onectx-local");
        CHECK(is_there(tree, "/etc/init.d/S91onectx"));
    }
}

TEST_CASE("the older package starts nothing any more, and keeps its files")
{
    MemoryTree tree;
    const std::string wants = "/etc/systemd/system/multi-user.target.wants/";
    tree.file("/usr/lib/systemd/system/one-context.service", "unit")
        .file("/usr/lib/systemd/system/one-context-reconfigure.service", "unit")
        .file("/etc/systemd/system/one-context-force.service", "the owner's")
        .link(wants + "one-context.service", "/usr/lib/systemd/system/one-context.service")
        .link(wants + "ssh.service", "/usr/lib/systemd/system/ssh.service")
        .link("/etc/runlevels/boot/one-context-local", "/etc/init.d/one-context-local")
        .file("/etc/init.d/one-context-local", "script")
        .file("/var/lib/one-context/x", "state")
        .file("/usr/bin/onegate", "script");
    auto plan = prune(plan_takeover({tree, Init::systemd, std::nullopt}), tree, facts());
    REQUIRE(plan.steps.size() == 1);
    CHECK(test::paths_of(plan.steps[0]) ==
          std::vector<std::string>{wants + "one-context.service",
                                   "/etc/systemd/system/one-context.service",
                                   "/etc/systemd/system/one-context-reconfigure.service",
                                   "/etc/runlevels/boot/one-context-local"});
    install(tree, Init::systemd);
    CHECK(link_of(tree, "/etc/systemd/system/one-context.service") == "/dev/null");
    CHECK(is_there(tree, wants + "ssh.service"));
    CHECK(text_of(tree, "/usr/lib/systemd/system/one-context.service") == "unit");
    CHECK(text_of(tree, "/etc/systemd/system/one-context-force.service") == "the owner's");
    CHECK(is_there(tree, "/etc/init.d/one-context-local"));
    CHECK(is_there(tree, "/var/lib/one-context/x"));
    CHECK(text_of(tree, "/usr/bin/onegate") == "script");
}

}  // namespace onectx
