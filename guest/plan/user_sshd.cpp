// Who gets in through sshd: by a password, as ssh_pwauth of user data says, and root by his keys.
// The first value that sshd reads counts, so ours stands in a file that sorts before those of
// others, and where sshd reads no such files, or reads another value first, before everything else
// in its own. What is said behind a Match counts all the same, and is named.
#include "common/text.h"
#include "guest/edit/managed_block.h"
#include "guest/plan/sshd_config.h"
#include "guest/plan/tree_after.h"
#include "guest/plan/user_data.h"
#include "guest/plan/write_over.h"

namespace onectx {
namespace {

constexpr const char* kDropIn = "/etc/ssh/sshd_config.d/00-onectx.conf";
constexpr const char* kMain = "/etc/ssh/sshd_config";
constexpr std::string_view kPasswords = "PasswordAuthentication";
constexpr BlockMarkers kMarkers{"# BEGIN onectx", "# END onectx"};

std::string lines_of_ours(std::string_view text)
{
    return block_in(text, kMarkers);
}

// A block of an earlier run may stand behind what somebody has put before it since.
std::string at_the_top(const std::string& text, const std::string& line)
{
    return with_managed_block("", kMarkers, {line}) + with_managed_block(text, kMarkers, {});
}

std::string quoted(const SshdLine& line, std::string_view keyword)
{
    return printable(line.file) + ":" + std::to_string(line.number) + ": " + std::string(keyword) +
           " " + printable(line.value);
}

Problem warning(std::string message)
{
    return {"USER_DATA", std::move(message), false};
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

// The lines as they stand once the changes are made.
Result<std::vector<SshdLine>> lines_afterwards(std::string_view keyword, const PlanInput& input,
                                               const Step& step)
{
    TreeAfter after(input.tree);
    after.take(step);
    return lines_for_sshd(keyword, after);
}

// Where there is no file of sshd's to write to, only the vendor's, which counts for as long.
Result<void> look_at_vendors(std::string_view value, const PlanInput& input,
                             std::vector<Problem>& problems)
{
    for (const auto& line : TRY(lines_for_sshd(kPasswords, input.tree))) {
        if (!line.for_all) continue;
        if (to_lower(line.value) != value)
            problems.push_back(warning("ssh_pwauth: " + quoted(line, kPasswords) +
                                       " counts, for there is no " + kMain + " here"));
        return {};
    }
    problems.push_back(
        warning("ssh_pwauth: there is no sshd_config here; nothing is done about it"));
    return {};
}

Result<void> plan_passwords(const std::string& value, const PlanInput& input, PlannedStep& planned)
{
    const auto line = std::string(kPasswords) + " " + value;
    auto path = std::string(kDropIn);
    if (TRY(counts_for_sshd(kDropIn, kPasswords, input.tree))) {
        const auto old = TRY(input.tree.read(kDropIn));
        planned.step.changes.emplace_back(write_over(
            path, old, "# From the user data of the OpenNebula context.\n" + line + "\n"));
    } else {
        path = kMain;
        const auto old = TRY(input.tree.read(kMain));
        if (!old) return look_at_vendors(value, input, planned.problems);
        auto file = write_over(path, old, at_the_top(old->content, line));
        file.part = lines_of_ours;
        planned.step.changes.emplace_back(std::move(file));
    }
    for (const auto& other : TRY(lines_afterwards(kPasswords, input, planned.step)))
        if (!other.for_all && to_lower(other.value) != value)
            planned.problems.push_back(warning("ssh_pwauth: " + quoted(other, kPasswords) +
                                               " counts for those whom its Match names"));
    return add_reload(input, std::move(path), planned.step.activate);
}

// disable_root: false. Who may come in as root is the image's to say; that he may not is said.
Result<void> look_at_root(const PlanInput& input, PlannedStep& planned)
{
    constexpr std::string_view kRoot = "PermitRootLogin";
    for (const auto& line : TRY(lines_afterwards(kRoot, input, planned.step))) {
        const auto value = to_lower(line.value);
        if (value != "no" && value != "forced-commands-only") continue;
        planned.problems.push_back(warning("disable_root: " + quoted(line, kRoot) +
                                           " keeps root out, whatever his keys" +
                                           (line.for_all ? "" : ", where its Match says so")));
    }
    return {};
}

}  // namespace

Result<PlannedStep> plan_user_data_sshd(const PlanInput& input)
{
    PlannedStep planned{.step = {.name = "user-data-sshd"}, .problems = {}};
    const auto& wish = input.settings.user_data;
    if (!is_on(input.policy.user_data)) return planned;
    if (wish.password_logins)
        TRY(plan_passwords(*wish.password_logins ? "yes" : "no", input, planned));
    if (wish.root_logins) TRY(look_at_root(input, planned));
    return planned;
}

}  // namespace onectx
