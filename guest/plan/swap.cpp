// Swap disks that OpenNebula made for this machine: whole disks whose swap area has the label
// "swap". Others are other people's (reference 5.51); what /etc/fstab or /etc/crypttab lists is the
// distribution's.
#include <algorithm>
#include <array>

#include "common/text.h"
#include "guest/plan/plan.h"

namespace onectx {
namespace {

constexpr std::string_view kLabel = "swap";

std::string_view without_quotes(std::string_view text)
{
    if (text.size() >= 2 && text.starts_with('"') && text.ends_with('"'))
        return text.substr(1, text.size() - 2);
    return text;
}

std::string_view last_part(std::string_view path)
{
    return path.substr(path.rfind('/') + 1);
}

// What follows `prefix` in the field, its quotes removed; absent when the field begins otherwise.
std::optional<std::string_view> after(std::string_view prefix, std::string_view field)
{
    if (!field.starts_with(prefix)) return std::nullopt;
    return without_quotes(field.substr(prefix.size()));
}

// Whether the first field of a line of fstab(5) means this disk: by its device, by a tag, or
// through one of the links below /dev/disk.
bool means(std::string_view field, const SwapCandidate& swap, const FileReader& tree)
{
    if (field == swap.device) return true;
    for (std::string_view prefix : {"UUID=", "/dev/disk/by-uuid/"})
        if (auto uuid = after(prefix, field); uuid && !uuid->empty())
            return equals_ignoring_case(*uuid, swap.uuid);
    for (std::string_view prefix : {"LABEL=", "/dev/disk/by-label/"})
        if (auto label = after(prefix, field); label && !label->empty())
            return *label == swap.label;
    if (!field.starts_with("/dev/")) return false;
    auto target = tree.link_target(field);
    return target && *target && last_part(**target) == last_part(swap.device);
}

// A file of the distribution that says what its disks are for, and the field that names one.
struct DiskTable {
    std::string_view path;
    std::size_t field;
};
constexpr std::array<DiskTable, 2> kTables{{{"/etc/fstab", 0}, {"/etc/crypttab", 1}}};

bool is_listed(std::string_view text, std::size_t field, const SwapCandidate& swap,
               const FileReader& tree)
{
    auto lines = split_lines(text);
    return std::any_of(lines.begin(), lines.end(), [&](std::string_view line) {
        auto words = split_words(line);
        return words.size() > field && !words[0].starts_with('#') &&
               means(words[field], swap, tree);
    });
}

Result<bool> is_listed(const SwapCandidate& swap, const FileReader& tree)
{
    for (const auto& table : kTables)
        if (auto file = TRY(tree.read(table.path)))
            if (is_listed(file->content, table.field, swap, tree)) return true;
    return false;
}

bool is_ours(const SwapCandidate& swap, const Policy& policy)
{
    return swap.whole_disk && !swap.active &&
           (swap.label == kLabel || (policy.unlabelled_swap && swap.label.empty()));
}

// Why a swap disk that is ours must be left alone all the same; empty when it need not.
std::string fault_of(const SwapCandidate& swap, const Facts& facts)
{
    if (swap.hibernated) return swap.device + " holds the memory of a suspended system; left alone";
    if (swap.page_size != 0 && swap.page_size != facts.page_size)
        return swap.device + " is made for pages of " + std::to_string(swap.page_size) +
               " bytes, this kernel has " + std::to_string(facts.page_size) + "; left alone";
    return "";
}

}  // namespace

Result<PlannedStep> plan_swap(const PlanInput& input)
{
    PlannedStep planned{.step = {.name = "swap"}};
    if (input.settings.swap.ignore || !is_on(input.policy.swap) || input.facts.offline)
        return planned;
    for (const auto& swap : input.facts.swaps) {
        if (!is_ours(swap, input.policy)) continue;
        if (TRY(is_listed(swap, input.tree))) continue;
        if (auto fault = fault_of(swap, input.facts); !fault.empty())
            planned.problems.push_back({"", std::move(fault), false});
        else if (swap.has_signature)
            planned.step.changes.emplace_back(SwapOn{swap.device});
    }
    return planned;
}

}  // namespace onectx
