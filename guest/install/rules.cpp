// The rules of an installation, by which a running system hears of new media and NICs.
#include "common/text.h"
#include "guest/edit/managed_block.h"
#include "guest/install/files.h"
#include "guest/install/install.h"
#include "guest/model/presence.h"
#include "guest/plan/write_over.h"

namespace onectx {
namespace {

constexpr std::string_view kUdev = "udev/";
constexpr std::string_view kMdev = "mdev/";
constexpr BlockMarkers kMarkers{"# onectx: begin", "# onectx: end"};

// Where udev keeps its own: a system without merged /usr reads one of the two only.
std::string_view rules_directory(const FileReader& tree)
{
    constexpr std::string_view kUsual = "/usr/lib/udev/rules.d/";
    constexpr std::string_view kSplit = "/lib/udev/rules.d/";
    constexpr std::string_view kOwn = "50-udev-default.rules";
    auto holds_own = [&](std::string_view directory) {
        return is_there(tree, std::string(directory).append(kOwn));
    };
    return !holds_own(kUsual) && holds_own(kSplit) ? kSplit : kUsual;
}

// Of mdev.conf the first line that fits is obeyed, but for those that begin with "-": ours do, and
// stand first.
Result<void> add_to_mdev(const FileReader& tree, std::string_view text, Step& step)
{
    constexpr std::string_view kPath = "/etc/mdev.conf";
    auto present = TRY(tree.read(kPath));
    if (!present) return {};
    std::vector<std::string> lines;
    for (auto line : split_lines(text))
        lines.emplace_back(line);
    const auto& before = present->content;
    bool has_block = before.find(kMarkers.begin) != std::string::npos;
    auto content = has_block ? with_managed_block(before, kMarkers, lines)
                             : with_managed_block("", kMarkers, lines) + before;
    step.changes.emplace_back(write_over(std::string(kPath), present, std::move(content)));
    return {};
}

}  // namespace

PlannedStep install_rules(const InstallInput& input)
{
    PlannedStep planned{.step = {.name = "rules"}, .problems = {}};
    for (const auto& file : installed_files()) {
        if (file.name.starts_with(kUdev)) {
            auto name = std::string(file.name.substr(kUdev.size()));
            planned.step.changes.emplace_back(
                WriteFile{.path = std::string(rules_directory(input.tree)) + name,
                          .content = std::string(file.text),
                          .owner = {}});
            if (is_there(input.tree, "/etc/udev/rules.d/" + name))
                planned.problems.push_back({"", "/etc/udev/rules.d/" + name +
                                                    " hides the rules that were installed; remove "
                                                    "it if it is a copy"});
        } else if (file.name.starts_with(kMdev) && input.init != Init::systemd) {
            if (auto added = add_to_mdev(input.tree, file.text, planned.step); !added)
                planned.step.failure = added.error().message;
        }
    }
    return planned;
}

}  // namespace onectx
