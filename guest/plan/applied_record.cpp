// See applied_record.h.
#include "guest/plan/applied_record.h"

#include <set>

#include "guest/plan/ground.h"
#include "guest/plan/link_record.h"

namespace onectx {
namespace {

constexpr std::string_view kBootDirectory = "/run/onectx";
constexpr std::string_view kSaid = "said";
constexpr std::string_view kInstance = "instance";
constexpr std::string_view kBoot = "boot";
constexpr std::string_view kLeft = "left";
constexpr std::string_view kFile = "file:";
constexpr std::string_view kHostname = "hostname";
constexpr std::string_view kSwap = "swap:";

std::string subject(std::string_view kind, std::string_view name)
{
    return std::string(kind) + std::string(name);
}

std::string part_of(const WriteFile& change, std::string_view text)
{
    return change.part == nullptr ? std::string(text) : change.part(text);
}

// What is there of ours; empty when there is nothing, or when it cannot be read.
std::string present_part(const WriteFile& change, const FileReader& tree)
{
    auto file = read_as_written(change, tree);
    return file && *file ? part_of(change, (*file)->content) : "";
}

// Where a link leads; "-" when it is none, empty when there is nothing.
std::string present_target(std::string_view path, const FileReader& tree)
{
    auto target = tree.link_target(path);
    if (target && *target) return **target;
    auto status = tree.status(path);
    return status && *status ? "-" : "";
}

}  // namespace

AppliedRecord::AppliedRecord(StateRecord lasting, StateRecord of_boot, std::string boot_id)
    : lasting_(std::move(lasting)), of_boot_(std::move(of_boot)), boot_id_(std::move(boot_id))
{
    if (of_boot_.is_last(kBoot, boot_id_)) return;
    for (const auto& old : of_boot_.subjects())
        of_boot_.forget(old);
}

Result<AppliedRecord> AppliedRecord::read(std::string_view step, const FileReader& tree,
                                          const Facts& facts)
{
    auto name = "applied-" + std::string(step);
    auto lasting = TRY(StateRecord::read(name, tree, facts));
    auto of_boot = TRY(StateRecord::read(name, tree, facts, kBootDirectory));
    return AppliedRecord(std::move(lasting), std::move(of_boot), boot_id_of(tree));
}

History AppliedRecord::history(const Said& said, std::string_view vmid) const
{
    bool never_spoke = said.text.empty() && !lasting_.knows(kSaid);
    // What a refused line would have said is not known, so it is no news.
    bool unclear = !said.whole && lasting_.knows(kSaid);
    return {.same_value = never_spoke || unclear || lasting_.is_last(kSaid, said.text.reveal()),
            .same_instance = lasting_.is_last(kInstance, vmid),
            .same_boot = !boot_id_.empty() && of_boot_.is_last(kBoot, boot_id_)};
}

bool AppliedRecord::is_of_others(const Change& change, const FileReader& tree) const
{
    auto is_changed = [&](std::string_view path, const std::string& present) {
        auto name = subject(kFile, path);
        return !present.empty() && lasting_.knows(name) && !lasting_.is_last(name, present);
    };
    return std::visit(
        Overload{
            [&](const WriteFile& c) {
                return c.watched && is_changed(c.path, present_part(c, tree));
            },
            [&](const RemoveFile& c) {
                return is_changed(c.path, present_part({.path = c.path, .anchor = c.anchor}, tree));
            },
            [&](const MakeSymlink& c) { return is_changed(c.path, present_target(c.path, tree)); },
            // Set in this boot already, and not so any more.
            [&](const SetKernelHostname& c) { return of_boot_.is_last(kHostname, c.name); },
            [&](const SwapOn& c) { return of_boot_.knows(subject(kSwap, c.device)); },
            [](const auto&) { return false; },
        },
        change);
}

bool AppliedRecord::left_something() const
{
    return of_boot_.knows(kLeft);
}

void AppliedRecord::note_said(const Said& said, std::string_view vmid)
{
    if (said.whole || !lasting_.knows(kSaid)) lasting_.set(kSaid, said.text.reveal());
    lasting_.set(kInstance, vmid);
}

void AppliedRecord::note_boot(bool left_something)
{
    if (boot_id_.empty()) return;
    of_boot_.set(kBoot, boot_id_);
    if (left_something)
        of_boot_.set(kLeft, "");
    else
        of_boot_.forget(kLeft);
}

void AppliedRecord::note(const Change& change)
{
    auto note_file = [&](const std::string& path, const std::string& part) {
        if (part.empty())
            lasting_.forget(subject(kFile, path));
        else
            lasting_.set(subject(kFile, path), part);
    };
    std::visit(Overload{
                   [&](const WriteFile& c) {
                       if (c.watched) note_file(c.path, part_of(c, c.content));
                   },
                   [&](const RemoveFile& c) { note_file(c.path, ""); },
                   [&](const MakeSymlink& c) { note_file(c.path, c.target); },
                   [&](const SetKernelHostname& c) {
                       if (!boot_id_.empty()) of_boot_.set(kHostname, c.name);
                   },
                   [&](const SwapOn& c) {
                       if (!boot_id_.empty()) of_boot_.set(subject(kSwap, c.device), "");
                   },
                   [](const auto&) {},
               },
               change);
}

void AppliedRecord::keep_only(const std::vector<Change>& changes)
{
    std::set<std::string, std::less<>> kept;
    for (const auto& change : changes)
        kept.insert(subject(kFile, path_of(change)));
    for (const auto& old : lasting_.subjects())
        if (old.starts_with(kFile) && !kept.contains(old)) lasting_.forget(old);
}

std::vector<Change> AppliedRecord::changes() const
{
    auto changes = lasting_.changes();
    auto of_boot = of_boot_.changes();
    std::move(of_boot.begin(), of_boot.end(), std::back_inserter(changes));
    return changes;
}

}  // namespace onectx
