// Mounts of user data: a block of lines in fstab(5) and the directories they are mounted on, before
// the network; that they are mounted now, once it is there. Lines of others stay.
#include <algorithm>

#include "common/text.h"
#include "guest/edit/managed_block.h"
#include "guest/plan/ground.h"
#include "guest/plan/user_data.h"
#include "guest/plan/write_over.h"

namespace onectx {
namespace {

constexpr const char* kFstab = "/etc/fstab";
constexpr BlockMarkers kMarkers{"# BEGIN onectx", "# END onectx"};

std::string lines_of_ours(std::string_view text)
{
    return block_in(text, kMarkers);
}

std::string to_line(const FstabWish& wish)
{
    return join({wish.source, wish.target, wish.type, wish.options, wish.dump, wish.pass}, "\t");
}

// Whether a line of somebody else's mounts something there.
bool has_target(const std::vector<std::string>& lines, std::string_view target)
{
    return std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
        const auto words = split_words(line);
        return words.size() > 1 && !words[0].starts_with('#') && words[1] == target;
    });
}

std::string unescaped(std::string_view field)
{
    std::string text;
    for (std::size_t i = 0; i < field.size(); ++i) {
        if (field.substr(i, 4) != "\\040" && field.substr(i, 4) != "\\134") {
            text += field[i];
            continue;
        }
        text += field[i + 1] == '0' ? ' ' : '\\';
        i += 3;
    }
    return text;
}

bool is_swap(const FstabWish& wish)
{
    return wish.target == "none";
}

// A file to swap to is the last of them, for what it needs may be missing. Without it the machine
// boots all the same.
std::vector<FstabWish> all_of(const std::vector<FstabWish>& wished,
                              const std::optional<SwapFileWish>& swap)
{
    auto mounts = wished;
    if (swap)
        mounts.push_back({.source = swap->path,
                          .target = "none",
                          .type = "swap",
                          .options = "sw,nofail",
                          .dump = "0",
                          .pass = "0"});
    return mounts;
}

// Root makes it, by its name: where others can change what the name leads to, it is left alone.
std::optional<SwapFileWish> swap_that_can_be(const PlanInput& input)
{
    const auto& wish = input.settings.user_data.swap;
    if (!wish) return std::nullopt;
    for (const auto* folder : {"/dev/", "/proc/", "/run/", "/sys/", "/var/lib/onectx/"})
        if (wish->path.starts_with(folder)) return std::nullopt;
    const auto ground = find_ground(wish->path, input.tree);
    return ground && ground->empty() ? wish : std::nullopt;
}

}  // namespace

Result<PlannedStep> plan_user_data_mounts(const PlanInput& input)
{
    PlannedStep planned{.step = {.name = "user-data-mounts"}, .problems = {}};
    if (!is_on(input.policy.user_data)) return planned;
    const auto& wish = input.settings.user_data;
    const auto swap = swap_that_can_be(input);
    if (wish.swap && !swap)
        planned.problems.push_back(
            {"USER_DATA", "swap: " + shown(wish.swap->path) + " is no place for a file to swap to",
             true});
    const auto mounts = all_of(wish.mounts, swap);
    if (mounts.empty()) return planned;
    auto old = TRY(input.tree.read(kFstab));
    const auto text = old ? std::string_view(old->content) : "";
    const auto foreign = foreign_lines(text, kMarkers);
    std::vector<std::string> lines;
    auto& changes = planned.step.changes;
    for (const auto& mount : mounts) {
        if (!is_swap(mount) && has_target(foreign, mount.target)) {
            planned.problems.push_back(
                {"USER_DATA",
                 "mounts: " + mount.target + " has a line in /etc/fstab already, which stays",
                 false});
            continue;
        }
        lines.push_back(to_line(mount));
        if (!is_swap(mount)) changes.emplace_back(MakeDirectory{.path = unescaped(mount.target)});
    }
    auto file = write_over(kFstab, old, with_managed_block(text, kMarkers, lines));
    file.part = lines_of_ours;
    changes.emplace_back(std::move(file));
    return planned;
}

Result<std::vector<RunScript>> plan_user_data_mounting(const PlanInput& input)
{
    constexpr unsigned kLongest = 300;  // seconds: a file system may be checked first
    std::vector<RunScript> runs;
    auto add = [&](const char* program, std::vector<std::string> arguments) {
        runs.push_back({.name = "user-data-mount-" + std::to_string(runs.size() + 1),
                        .place = ScriptPlace::machine,
                        .file = program,
                        .arguments = std::move(arguments),
                        .limit_seconds = kLongest});
    };
    const auto& wish = input.settings.user_data;
    const auto swap = swap_that_can_be(input);
    if (wish.mounts.empty() && !swap) return runs;
    // systemd makes its units of the file when it is told to.
    if (input.facts.init == Init::systemd) add("/bin/systemctl", {"daemon-reload"});
    for (const auto& mount : wish.mounts) {
        const auto options = split(mount.options, ',');
        if (std::find(options.begin(), options.end(), "noauto") != options.end()) continue;
        if (is_swap(mount))
            add("/sbin/swapon", {"-a", "-e"});
        else
            add("/bin/sh",
                {"-c", "mountpoint -q \"$1\" || mount \"$1\"", "mount", unescaped(mount.target)});
    }
    if (swap) {
        runs.push_back(swap_file_run(*swap, "user-data-swap"));
        add("/sbin/swapon", {"-a", "-e"});
    }
    return runs;
}

}  // namespace onectx
