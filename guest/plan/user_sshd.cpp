// Whether sshd lets somebody in by a password: ssh_pwauth of user data. The first value that sshd
// reads counts, so ours stands in a file that sorts before those of others, and where sshd reads no
// such files, or reads another value first, before everything else in its own.
#include "guest/edit/managed_block.h"
#include "guest/plan/sshd_config.h"
#include "guest/plan/user_data.h"
#include "guest/plan/write_over.h"

namespace onectx {
namespace {

constexpr const char* kDropIn = "/etc/ssh/sshd_config.d/00-onectx.conf";
constexpr const char* kMain = "/etc/ssh/sshd_config";
constexpr BlockMarkers kMarkers{"# BEGIN onectx", "# END onectx"};

std::string lines_of_ours(std::string_view text)
{
    return block_in(text, kMarkers);
}

std::string at_the_top(const std::string& text, const std::string& line)
{
    if (!block_in(text, kMarkers).empty()) return with_managed_block(text, kMarkers, {line});
    return with_managed_block("", kMarkers, {line}) + text;
}

Result<void> add_reload(const PlanInput& input, std::string path, std::vector<Run>& runs)
{
    if (input.facts.init == Init::openrc)
        runs.push_back(
            {.argv = {"rc-service", "--ifstarted", "sshd", "reload"}, .when = {std::move(path)}});
    if (input.facts.init != Init::systemd) return {};
    std::string unit = "sshd";
    for (const auto* debian :
         {"/usr/lib/systemd/system/ssh.service", "/lib/systemd/system/ssh.service"})
        if (TRY(input.tree.status(debian))) unit = "ssh";
    runs.push_back({.argv = {"systemctl", "try-reload-or-restart", unit + ".service"},
                    .when = {std::move(path)}});
    return {};
}

}  // namespace

Result<PlannedStep> plan_user_data_sshd(const PlanInput& input)
{
    PlannedStep planned{.step = {.name = "user-data-sshd"}, .problems = {}};
    const auto& wish = input.settings.user_data.password_logins;
    if (!wish || !is_on(input.policy.user_data)) return planned;
    const auto line = std::string("PasswordAuthentication ") + (*wish ? "yes" : "no");
    auto path = std::string(kDropIn);
    if (TRY(counts_for_sshd(kDropIn, "PasswordAuthentication", input.tree))) {
        const auto old = TRY(input.tree.read(kDropIn));
        auto file = write_over(path, old,
                               "# From the user data of the OpenNebula context.\n" + line + "\n");
        planned.step.changes.emplace_back(std::move(file));
    } else {
        path = kMain;
        const auto old = TRY(input.tree.read(kMain));
        if (!old) {
            planned.problems.push_back(
                {"USER_DATA", "ssh_pwauth: there is no sshd_config here; nothing is done about it",
                 false});
            return planned;
        }
        auto file = write_over(path, old, at_the_top(old->content, line));
        file.part = lines_of_ours;
        planned.step.changes.emplace_back(std::move(file));
    }
    TRY(add_reload(input, std::move(path), planned.step.activate));
    return planned;
}

}  // namespace onectx
