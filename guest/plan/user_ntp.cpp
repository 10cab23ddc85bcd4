// Whom the clock follows, in the file of the client that the image has, or gets. Servers of others
// in it are put out of action, as naming servers says that no others are wanted.
#include <algorithm>
#include <array>

#include "common/text.h"
#include "guest/edit/assignment.h"
#include "guest/edit/lines.h"
#include "guest/edit/managed_block.h"
#include "guest/plan/package_manager.h"
#include "guest/plan/user_data.h"
#include "guest/plan/write_over.h"

namespace onectx {
namespace {

constexpr BlockMarkers kMarkers{"# BEGIN onectx", "# END onectx"};

enum class Form { directives, timesyncd, options };

struct Client {
    std::string_view name;
    std::string_view sign;  // it is there when this is
    std::string_view file;  // that names the servers
    const char* unit;
    Form form;
};

constexpr std::array<Client, 8> kClients{{
    {"chrony", "/etc/chrony/chrony.conf", "/etc/chrony/chrony.conf", "chrony", Form::directives},
    {"chrony", "/etc/chrony.conf", "/etc/chrony.conf", "chronyd", Form::directives},
    {"ntpsec", "/etc/ntpsec/ntp.conf", "/etc/ntpsec/ntp.conf", "ntpsec", Form::directives},
    {"ntp", "/etc/ntp.conf", "/etc/ntp.conf", "ntpd", Form::directives},
    {"systemd-timesyncd", "/usr/lib/systemd/systemd-timesyncd",
     "/etc/systemd/timesyncd.conf.d/50-onectx.conf", "systemd-timesyncd", Form::timesyncd},
    {"systemd-timesyncd", "/lib/systemd/systemd-timesyncd",
     "/etc/systemd/timesyncd.conf.d/50-onectx.conf", "systemd-timesyncd", Form::timesyncd},
    {"openntpd", "/etc/openntpd/ntpd.conf", "/etc/openntpd/ntpd.conf", "openntpd",
     Form::directives},
    {"ntp", "/etc/conf.d/ntpd", "/etc/conf.d/ntpd", "ntpd", Form::options},
}};

std::string servers_in(std::string_view text)
{
    return block_in(text, kMarkers);
}

std::string with_directives(std::string_view text, const Client& client, const NtpWish& wish)
{
    const bool is_open = client.name == "openntpd";
    std::vector<std::string> lines;
    for (const auto& server : wish.servers)
        lines.push_back("server " + server + (is_open ? "" : " iburst"));
    for (const auto& pool : wish.pools)
        lines.push_back((is_open ? "servers " : "pool ") + pool + (is_open ? "" : " iburst"));
    auto result = with_managed_block(text, kMarkers, lines);
    auto all = lines_with_ends(result);
    bool is_ours = false;
    for (auto& line : all) {
        const auto words = split_words(without_end(line));
        if (without_end(line) == kMarkers.begin) is_ours = true;
        if (without_end(line) == kMarkers.end) is_ours = false;
        const bool names_one = !words.empty() && (words[0] == "server" || words[0] == "pool" ||
                                                  words[0] == "servers" || words[0] == "peer");
        if (names_one && !is_ours) line.insert(0, kDisabledPrefix);
    }
    return join_lines(all);
}

std::vector<std::string> all_of(const NtpWish& wish)
{
    auto hosts = wish.servers;
    hosts.insert(hosts.end(), wish.pools.begin(), wish.pools.end());
    return hosts;
}

Result<std::optional<WriteFile>> plan_file(const Client& client, const NtpWish& wish,
                                           const FileReader& tree)
{
    const auto path = std::string(client.file);
    auto old = TRY(tree.read(path));
    const auto text = old ? std::string_view(old->content) : "";
    if (client.form == Form::timesyncd)
        return write_over(path, old,
                          "# From the user data of the OpenNebula context.\n[Time]\nNTP=" +
                              join(all_of(wish), " ") + "\nFallbackNTP=\n");
    if (client.form == Form::directives) {
        auto file = write_over(path, old, with_directives(text, client, wish));
        file.part = servers_in;
        return file;
    }
    std::string options = "-N";
    for (const auto& host : all_of(wish))
        options += " -p " + host;
    auto edited = with_assignment(text, "NTPD_OPTS", options);
    if (!edited) return fail(path + " has no NTPD_OPTS");
    return write_over(path, old, std::move(*edited));
}

void add_restart(const Client& client, Init init, std::vector<Run>& runs)
{
    const std::vector<std::string> when{std::string(client.file)};
    if (init == Init::systemd)
        runs.push_back({.argv = {"systemctl", "try-restart", client.unit}, .when = when});
    if (init == Init::openrc)
        runs.push_back(
            {.argv = {"rc-service", "--ifstarted", client.unit, "restart"}, .when = when});
    if (init == Init::sysv)
        runs.push_back({.argv = {"service", client.unit, "restart"}, .when = when});
}

bool is_wanted(const Client& client, const NtpWish& wish)
{
    // Distributions have gone from the one to the other, under the name of the first.
    return wish.client.empty() || wish.client == client.name ||
           (wish.client == "ntp" && client.name == "ntpsec");
}

Result<const Client*> find_client(const NtpWish& wish, const FileReader& tree)
{
    for (const auto& client : kClients)
        if (is_wanted(client, wish) && TRY(tree.status(client.sign))) return &client;
    return nullptr;
}

// The package of the client that is to be installed; empty when no manager has it. cloud-init, too,
// prefers chrony where nobody has chosen.
Result<std::string> package_of(const NtpWish& wish, const FileReader& tree)
{
    const auto* manager = TRY(find_package_manager(tree));
    if (manager == nullptr) return "";
    const std::string client = wish.client.empty() ? "chrony" : wish.client;
    // Others have it with systemd itself, or not at all.
    const bool is_part_of_systemd = client == "systemd-timesyncd";
    return is_part_of_systemd && manager->name != std::string_view("apt-get") ? "" : client;
}

// A package may start its daemon or not. One that brings no client which we know is a failure.
std::string text_that_starts(const NtpWish& wish, Init init)
{
    std::string text;
    for (const auto& client : kClients) {
        if (!is_wanted(client, wish)) continue;
        const std::string unit = client.unit;
        const auto start =
            init == Init::systemd ? "systemctl enable --now " + unit
            : init == Init::openrc
                ? "rc-update add " + unit + " default && rc-service " + unit + " --ifstopped start"
                : std::string("true");
        text += "if [ -e " + std::string(client.sign) + " ]; then " + start + "; exit; fi\n";
    }
    return text + "echo 'no client of NTP came with the package' >&2\nexit 1\n";
}

}  // namespace

Result<std::vector<RunScript>> plan_user_data_ntp_client(const PlanInput& input)
{
    constexpr const char* kName = "user-data-ntp-client";
    constexpr unsigned kLongest = 300;  // seconds
    std::vector<RunScript> runs;
    const auto& wish = input.settings.user_data.ntp;
    if (!wish || TRY(find_client(*wish, input.tree)) != nullptr) return runs;
    const auto package = TRY(package_of(*wish, input.tree));
    if (package.empty()) return runs;
    const auto* manager = TRY(find_package_manager(input.tree));
    runs.push_back(update_run(*manager, "user-data-package-update"));
    runs.push_back(install_run(*manager, kName, {{.name = package, .version = {}}}));
    runs.push_back({.name = std::string(kName) + "-start",
                    .place = ScriptPlace::machine,
                    .file = "/bin/sh",
                    .arguments = {"-c", text_that_starts(*wish, input.facts.init)},
                    .limit_seconds = kLongest});
    return runs;
}

Result<PlannedStep> plan_user_data_ntp(const PlanInput& input)
{
    PlannedStep planned{.step = {.name = "user-data-ntp"}, .problems = {}};
    const auto& wish = input.settings.user_data.ntp;
    if (!wish || !is_on(input.policy.user_data)) return planned;
    const auto* found = TRY(find_client(*wish, input.tree));
    if (found == nullptr) {
        // One that can be installed is, once the network is there.
        if (!TRY(package_of(*wish, input.tree)).empty()) return planned;
        return fail(wish->where + ": no client of NTP is here" +
                    (wish->client.empty() ? "" : " that is called " + shown(wish->client)) +
                    ", and none can be installed");
    }
    if (all_of(*wish).empty()) return planned;  // those of the distribution
    if (auto file = TRY(plan_file(*found, *wish, input.tree))) {
        planned.step.changes.emplace_back(std::move(*file));
        add_restart(*found, input.facts.init, planned.step.activate);
    }
    return planned;
}

}  // namespace onectx
