// See user_data.h.
#include "guest/plan/user_data.h"

#include <map>
#include <set>
#include <string_view>

#include "common/digest.h"
#include "common/text.h"
#include "guest/plan/ground.h"

namespace onectx {
namespace {

// root is what every system calls it, also one whose passwd(5) is not there yet.
std::string id_of(const std::optional<std::string>& name)
{
    return !name || *name == "root" ? "0" : *name;
}

// Whoever may not read the file may not read it in a plan either.
bool is_secret(unsigned mode)
{
    constexpr unsigned kOthersRead = 0004;
    return (mode & kOthersRead) == 0;
}

// Which of them wait for network and packages, or which do not. Whatever stands behind a text that
// is fetched waits with it.
std::vector<const FileWish*> part_of(const std::vector<FileWish>& files, bool deferred)
{
    std::vector<const FileWish*> part;
    std::set<std::string_view> fetched;
    for (const auto& wish : files) {
        if (wish.source) fetched.insert(wish.path);
        if ((wish.defer || fetched.contains(wish.path)) == deferred) part.push_back(&wish);
    }
    return part;
}

// Makes entries into the changes of a step, each behind those before it. A file that is added to
// has one change with all additions.
class Entries {
  public:
    Entries(const std::vector<const FileWish*>& wishes, const PlanInput& input, Step& step)
        : input_(input), changes_(step.changes)
    {
        for (const auto* wish : wishes)
            if (wish->append && !wish->source) additions_[wish->path] += wish->content;
    }

    Result<void> add(const FileWish& wish)
    {
        constexpr unsigned kUsualMode = 0644;
        WriteFile file{.path = wish.path,
                       .content = wish.content,
                       .mode = wish.mode.value_or(kUsualMode),
                       .owner = {id_of(wish.user), id_of(wish.group)}};
        file.secret = is_secret(file.mode);
        file.anchor = TRY(find_ground(file.path, input_.tree));
        const auto earlier = last_.find(file.path);
        if (wish.append && earlier != last_.end()) {
            add_behind(changes_[earlier->second], std::move(file), wish);
            return {};
        }
        if (wish.append)
            TRY(add_to_present(file, wish));
        else if (const auto old = read_as_written(file, input_.tree); old && *old)
            file.secret = file.secret || is_secret((*old)->status.mode);
        put(std::move(file), wish);
        return {};
    }

  private:
    void put(WriteFile file, const FileWish& wish)
    {
        last_.insert_or_assign(file.path, changes_.size());
        if (wish.source)
            changes_.emplace_back(FetchFile{.url = wish.source->url,
                                            .headers = wish.source->headers,
                                            .file = std::move(file),
                                            .append = wish.append,
                                            .has_content = wish.has_content});
        else
            changes_.emplace_back(std::move(file));
    }

    // Behind what an entry before it writes or fetches.
    void add_behind(Change& earlier, WriteFile file, const FileWish& wish)
    {
        auto* fetched = std::get_if<FetchFile>(&earlier);
        auto& before = fetched != nullptr ? fetched->file : std::get<WriteFile>(earlier);
        if (!wish.mode) file.mode = before.mode;
        if (!wish.user) file.owner.user = before.owner.user;
        if (!wish.group) file.owner.group = before.owner.group;
        file.secret = before.secret || is_secret(file.mode);
        if (wish.source) return put(std::move(file), wish);
        if (fetched != nullptr && !fetched->url.empty()) {
            last_.insert_or_assign(file.path, changes_.size());
            changes_.emplace_back(
                FetchFile{.url = "", .file = std::move(file), .append = true, .has_content = true});
            return;
        }
        if (!complete_.contains(file.path)) before.content += file.content;
        before.mode = file.mode;
        before.owner = std::move(file.owner);
        before.secret = file.secret;
    }

    // Additions that are there already, left by a run that failed later, are not made twice. A step
    // before this one may write the file, too: then this is planned again.
    Result<void> add_to_present(WriteFile& file, const FileWish& wish)
    {
        const auto old = TRY(read_as_written(file, input_.tree));
        file.planned_from = old ? sha256_hex(old->content) : "absent";
        if (!old) return {};
        if (!wish.mode) file.mode = old->status.mode;
        if (!wish.user) file.owner.user = std::to_string(old->status.uid);
        if (!wish.group) file.owner.group = std::to_string(old->status.gid);
        file.secret = is_secret(file.mode) || is_secret(old->status.mode);
        if (wish.source) return {};
        const bool is_there = old->content.ends_with(additions_[file.path]);
        if (is_there) complete_.insert(file.path);
        file.content = old->content + (is_there ? "" : file.content);
        return {};
    }

    const PlanInput& input_;
    std::vector<Change>& changes_;
    std::map<std::string, std::string, std::less<>> additions_;  // to a file, all of them
    std::map<std::string, std::size_t, std::less<>> last_;  // of a file: where its last change is
    std::set<std::string, std::less<>> complete_;           // files that have their additions
};

Result<PlannedStep> plan_files(std::string_view name, bool deferred, const PlanInput& input)
{
    PlannedStep step{.step = {.name = std::string(name), .attempt_all = true}, .problems = {}};
    if (!is_on(input.policy.user_data)) return step;
    const auto wishes = part_of(input.settings.user_data.files, deferred);
    Entries entries(wishes, input, step.step);
    for (const auto* wish : wishes) {
        auto made = entries.add(*wish);
        if (!made)
            step.problems.push_back({"USER_DATA",
                                     wish->where + ": " + made.error().message + "; it is left out",
                                     true});
    }
    return step;
}

// cloud-init(1) knows OpenNebula's contexts too.
Result<bool> has_cloud_init(const FileReader& tree)
{
    if (TRY(tree.status("/etc/cloud/cloud-init.disabled"))) return false;
    return TRY(tree.status("/usr/bin/cloud-init"))
    .has_value();
}

}  // namespace

Result<PlannedStep> plan_user_data_files(const PlanInput& input)
{
    auto planned = TRY(plan_files("user-data-files", false, input));
    const auto& said = input.settings.variables;
    const bool has_user_data = value_of(said, "USER_DATA") || value_of(said, "USERDATA");
    if (has_user_data && is_on(input.policy.user_data) && TRY(has_cloud_init(input.tree)))
        planned.problems.push_back(
            {"USER_DATA",
             "cloud-init is installed here too, and would do the same a second time; a file "
             "/etc/cloud/cloud-init.disabled keeps it from that, user-data = off of guest.conf us",
             false});
    return planned;
}

Result<PlannedStep> plan_user_data_deferred(const PlanInput& input)
{
    return plan_files("user-data-deferred-files", true, input);
}

}  // namespace onectx
