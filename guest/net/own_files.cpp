// See own_files.h.
#include "guest/net/own_files.h"

#include <algorithm>
#include <set>

#include "common/text.h"

namespace onectx {
namespace {

bool is_ours(const FileText& file)
{
    return file.content.starts_with(kOwnFileHeader);
}

// "05-onectx-eth1.network", "05-onectx-eth1-vlan.network" are of eth1, "05-onectx-eth10…" is not.
bool is_of(std::string_view rest, const Nic& nic)
{
    auto label = label_of(nic);
    return rest.starts_with(label) && !(rest.size() > label.size() && is_digit(rest[label.size()]));
}

}  // namespace

std::string OwnPlace::path_of(std::string_view name) const
{
    return std::string(directory) + "/" + std::string(prefix) + std::string(name) +
           std::string(suffix);
}

Result<void> plan_own_files(const std::vector<OwnFile>& files, const OwnPlace& place,
                            const Network& network, const FileReader& tree, PlannedStep& planned)
{
    std::set<std::string, std::less<>> wanted;
    for (const auto& file : files) {
        wanted.insert(file.path);
        auto there = TRY(tree.read(file.path));
        if (there && !is_ours(*there)) {
            planned.problems.push_back(
                {file.variable,
                 file.path + " lacks the first line of our files, so it is left as it is", true});
            continue;
        }
        planned.step.changes.push_back(
            WriteFile{.path = file.path, .content = file.content, .mode = file.mode});
    }
    if (!network.complete) return {};  // whose files are left over is not known
    for (std::string_view name : TRY(tree.list(place.directory))) {
        if (!name.starts_with(place.prefix) || !name.ends_with(place.suffix)) continue;
        auto path = std::string(place.directory) + "/" + std::string(name);
        auto rest = name.substr(place.prefix.size());
        if (wanted.contains(path) || std::any_of(network.skipped.begin(), network.skipped.end(),
                                                 [&](const Nic& nic) { return is_of(rest, nic); }))
            continue;
        auto there = TRY(tree.read(path));
        if (there && is_ours(*there))
            planned.step.changes.push_back(RemoveFile{.path = path});
        else
            planned.problems.push_back(
                {"", path + " lacks the first line of our files, so it is not removed", false});
    }
    return {};
}

void say_unsaid_metric(const Nic& nic, std::vector<Problem>& problems)
{
    if (!nic.announced_metric6) return;
    // METRIC is of both families where IP6_METRIC says nothing else.
    bool is_said_of_both = nic.announced_metric6 == nic.announced_metric4;
    problems.push_back({variables_of(nic) + (is_said_of_both ? "_METRIC" : "_IP6_METRIC"),
                        "this back-end cannot be told the metric of routes that a router announces",
                        false});
}

bool changes_files(const Step& step, const FileReader& tree)
{
    auto is_news = Overload{
        [&](const WriteFile& file) {
            auto there = tree.read(file.path);
            return !there || !*there || (*there)->content != file.content ||
                   (*there)->status.mode != file.mode;
        },
        [&](const RemoveFile& file) {
            auto there = tree.status(file.path);
            return !there || *there;
        },
        [](const auto&) { return false; },
    };
    return std::any_of(step.changes.begin(), step.changes.end(),
                       [&](const Change& change) { return std::visit(is_news, change); });
}

}  // namespace onectx
