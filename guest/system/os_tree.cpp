// See os_tree.h.
#include "guest/system/os_tree.h"

#include <algorithm>

#include "common/shell_vars.h"
#include "common/text.h"
#include "guest/model/presence.h"

namespace onectx {
namespace {

constexpr std::uint64_t kFirstPersonalUid = 1000;
constexpr std::uint64_t kNobody = 65534;

bool any_there(const FileReader& tree, std::initializer_list<std::string_view> paths)
{
    return std::any_of(paths.begin(), paths.end(),
                       [&](std::string_view path) { return is_there(tree, path); });
}

std::string text_of(const Context& variables, std::string_view name)
{
    return std::string(value_of(variables, name).value_or(""));
}

}  // namespace

OsRelease find_os_release(const FileReader& tree)
{
    for (const std::string_view path : {"/etc/os-release", "/usr/lib/os-release"}) {
        const auto file = tree.read(path);
        if (!file || !*file) continue;
        // The format is defined as assignments that a shell could read.
        const auto variables = parse_shell_vars((*file)->content).context;
        return {.id = text_of(variables, "ID"),
                .version = text_of(variables, "VERSION_ID"),
                .id_like = split_list(text_of(variables, "ID_LIKE"))};
    }
    return {};
}

bool is_container(const FileReader& tree, bool offline)
{
    if (offline) return false;
    if (is_there(tree, "/run/systemd/container")) return true;
    const auto environment = tree.read("/proc/1/environ");
    if (!environment || !*environment) return false;
    const auto variables = split((*environment)->content, '\0');
    return std::any_of(variables.begin(), variables.end(), [](std::string_view variable) {
        return variable.starts_with("container=") && variable != "container=";
    });
}

Init find_init(const FileReader& tree, bool offline)
{
    if (!offline && is_there(tree, "/run/systemd/system")) return Init::systemd;
    const auto init = tree.link_target("/sbin/init");
    const bool is_systemd = init && *init && (*init)->find("systemd") != std::string::npos;
    if (offline && is_systemd) return Init::systemd;
    // Debian's OpenRC keeps sysvinit's /sbin/init and /etc/inittab, so it is asked for first.
    if (any_there(tree, {"/run/openrc", "/sbin/openrc-init", "/etc/runlevels"}))
        return Init::openrc;
    const bool has_init = is_there(tree, "/sbin/init");
    if (offline && !has_init &&
        any_there(tree, {"/lib/systemd/systemd", "/usr/lib/systemd/systemd"}))
        return Init::systemd;
    if (!is_systemd && any_there(tree, {"/etc/inittab", "/etc/init.d"})) return Init::sysv;
    return Init::unknown;
}

std::vector<std::string> users_with_home(const FileReader& tree)
{
    std::vector<std::string> users;
    const auto passwd = tree.read("/etc/passwd");
    if (!passwd || !*passwd) return users;
    for (const auto line : split_lines((*passwd)->content)) {
        const auto fields = split(line, ':');  // name:password:uid:gid:comment:home:shell
        if (fields.size() != 7 || fields[0].empty() || !fields[5].starts_with('/')) continue;
        const auto uid = parse_number(fields[2], 0, UINT32_MAX);
        if (!uid || (*uid != 0 && *uid < kFirstPersonalUid) || *uid == kNobody) continue;
        if (is_there(tree, fields[5])) users.emplace_back(fields[0]);
    }
    return users;
}

}  // namespace onectx
