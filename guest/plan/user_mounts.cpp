// Mounts of user data: a block of lines in fstab(5) and the directories they are mounted on, before
// the network; that they are mounted now, once it is there. Lines of others stay.
#include <algorithm>
#include <array>

#include "common/text.h"
#include "guest/edit/managed_block.h"
#include "guest/plan/ground.h"
#include "guest/plan/user_data.h"
#include "guest/plan/write_over.h"

namespace onectx {
namespace {

constexpr const char* kFstab = "/etc/fstab";
constexpr const char* kDisks = "/dev/disk";
constexpr BlockMarkers kMarkers{"# BEGIN onectx", "# END onectx"};

std::string lines_of_ours(std::string_view text)
{
    return block_in(text, kMarkers);
}

std::string to_line(const FstabWish& wish)
{
    return join({wish.source, wish.target, wish.type, wish.options, wish.dump, wish.pass}, "\t");
}

bool is_swap(const FstabWish& wish)
{
    return wish.target == "none";
}

// What is not said is as fstab(5) has it.
std::optional<FstabWish> parse_line(std::string_view line)
{
    auto words = split_words(line);
    if (words.size() < 2 || words[0].starts_with('#')) return std::nullopt;
    return FstabWish{.source = words[0],
                     .target = words[1],
                     .type = words.size() > 2 ? words[2] : "",
                     .options = words.size() > 3 ? words[3] : "defaults",
                     .dump = "0",
                     .pass = "0"};
}

// The options that make a difference to swapon(8) where the file is there.
std::vector<std::string> swap_options(const FstabWish& swap)
{
    std::vector<std::string> options;
    for (auto option : split(swap.options, ','))
        if (option != "sw" && option != "defaults" && option != "auto" && option != "nofail" &&
            !option.starts_with("comment="))
            options.emplace_back(option);
    std::sort(options.begin(), options.end());
    return options;
}

// The line of somebody else's in whose stead ours would be.
const FstabWish* find_line(const std::vector<FstabWish>& lines, const FstabWish& wish)
{
    const auto found = std::find_if(lines.begin(), lines.end(), [&](const FstabWish& line) {
        return is_swap(wish) ? line.type == "swap" && line.source == wish.source
                             : line.target == wish.target;
    });
    return found == lines.end() ? nullptr : &*found;
}

// What to say of a line that stays instead of ours; empty where it does the same.
std::string difference(const FstabWish& theirs, const FstabWish& wish)
{
    const std::string stays = " has a line in /etc/fstab already, which stays";
    if (!is_swap(wish)) return wish.target + stays;
    if (swap_options(theirs) == swap_options(wish)) return "";
    return wish.source + stays + ", with the options " + theirs.options;
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

// Where udev(7) has what the first field names; empty where that cannot be told.
std::string device_path(std::string_view source)
{
    struct Tag {
        std::string_view name;
        std::string_view folder;
    };
    constexpr std::array<Tag, 4> kTags{{{"LABEL=", "/by-label/"},
                                        {"UUID=", "/by-uuid/"},
                                        {"PARTLABEL=", "/by-partlabel/"},
                                        {"PARTUUID=", "/by-partuuid/"}}};
    if (source.starts_with("/dev/")) return unescaped(source);
    for (const auto& tag : kTags) {
        if (!source.starts_with(tag.name)) continue;
        const auto value = source.substr(tag.name.size());
        // Other signs are written otherwise there.
        const bool is_plain = std::all_of(value.begin(), value.end(), [](char c) {
            return is_alpha(c) || is_digit(c) || c == '-' || c == '_' || c == '.';
        });
        return is_plain ? kDisks + std::string(tag.folder).append(value) : "";
    }
    return "";
}

// Whether a boot would wait for the device in vain and then not go on: systemd's does for what
// local-fs.target requires (systemd.mount(5)), an older one for what it is to check.
Result<bool> stops_a_boot(const FstabWish& mount, const PlanInput& input)
{
    if (is_swap(mount) || input.facts.offline) return false;
    for (const auto option : split(mount.options, ','))
        if (option == "nofail" || option == "noauto" || option == "_netdev") return false;
    const auto path = device_path(mount.source);
    if (path.empty() || (path.starts_with(kDisks) && !TRY(input.tree.status(kDisks)))) return false;
    return !TRY(input.tree.status(path));
}

// A file to swap to is the last of them, for what it needs may be missing. Without it the machine
// boots all the same.
std::vector<FstabWish> all_of(const std::vector<FstabWish>& wished,
                              const std::optional<SwapFileWish>& swap)
{
    auto mounts = wished;
    const bool is_there = swap && std::any_of(wished.begin(), wished.end(), [&](const auto& mount) {
                              return is_swap(mount) && mount.source == swap->path;
                          });
    if (swap && !is_there)
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
    std::vector<FstabWish> foreign;
    for (const auto& line : foreign_lines(text, kMarkers))
        if (auto parsed = parse_line(line)) foreign.push_back(std::move(*parsed));
    std::vector<std::string> lines;
    auto& changes = planned.step.changes;
    auto warn = [&](std::string message) {
        planned.problems.push_back({"USER_DATA", std::move(message), false});
    };
    for (const auto& mount : mounts) {
        if (const auto* theirs = find_line(foreign, mount)) {
            const bool is_file = swap && mount.source == swap->path;
            if (auto message = difference(*theirs, mount); !message.empty())
                warn((is_file ? "swap: " : "mounts: ") + std::move(message));
            continue;
        }
        if (TRY(stops_a_boot(mount, input)))
            warn("mounts: " + mount.source + " is not there, and the options of " + mount.target +
                 " have no nofail: a boot without it may stop");
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
