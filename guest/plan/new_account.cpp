// See new_account.h.
#include "guest/plan/new_account.h"

#include <algorithm>
#include <set>

#include "common/limits.h"
#include "common/text.h"
#include "guest/plan/ground.h"

namespace onectx {
namespace {

std::set<std::uint64_t> numbers_in(const AccountFile& file, std::size_t field)
{
    std::set<std::uint64_t> numbers;
    for (const auto& entry : file.entries(field + 1))
        if (auto number = parse_number(entry[field], 0, UINT64_MAX)) numbers.insert(*number);
    return numbers;
}

struct Ids {
    std::uint64_t uid;
    std::uint64_t gid;
};

using Numbers = std::set<std::uint64_t>;

Result<std::uint64_t> lowest_free(const IdRange& range, const Numbers& used)
{
    for (auto id = range.first; id <= range.last; ++id)
        if (!used.contains(id)) return id;
    return fail("no id is free between " + std::to_string(range.first) + " and " +
                std::to_string(range.last));
}

// The group of a new account.
struct GroupChoice {
    std::optional<std::uint64_t> gid;  // absent: it is still to be made
    bool is_own = false;               // bears the account's name
};

// One number for both when there is one: a run that was killed may have made the account's own
// group with it already.
Result<Ids> free_ids(const AccountFiles& files, const GroupChoice& group,
                     std::optional<std::uint64_t> uid, const LoginDefs& defs)
{
    auto uids = numbers_in(files.passwd.lines, 2);
    auto gids = numbers_in(files.group.lines, 2);
    if (uid && uids.contains(*uid)) return fail("uid " + std::to_string(*uid) + " is taken");
    if (const auto& gid = group.gid) {
        const bool is_for_both = group.is_own && *gid >= defs.uids.first &&
                                 *gid <= defs.uids.last && !uids.contains(*gid);
        if (!uid) uid = is_for_both ? *gid : TRY(lowest_free(defs.uids, uids));
        return Ids{*uid, *gid};
    }
    if (uid) {
        auto own_gid = gids.contains(*uid) ? TRY(lowest_free(defs.gids, gids)) : *uid;
        return Ids{*uid, own_gid};
    }
    auto both = uids;
    both.insert(gids.begin(), gids.end());
    IdRange common{std::max(defs.uids.first, defs.gids.first),
                   std::min(defs.uids.last, defs.gids.last)};
    if (auto id = lowest_free(common, both)) return Ids{*id, *id};
    auto free_uid = TRY(lowest_free(defs.uids, uids));
    auto free_gid = TRY(lowest_free(defs.gids, gids));
    return Ids{free_uid, free_gid};
}

Result<std::uint64_t> number_of_group(const AccountFiles& files, const std::string& name)
{
    auto group = files.group.lines.find(name);
    if (!group) return fail("there is no group " + name);
    auto gid = group->size() > 2 ? parse_number((*group)[2], 0, UINT32_MAX) : std::nullopt;
    if (!gid) return fail("the line of " + name + " in /etc/group is damaged");
    return *gid;
}

// The number of the group that has the account's name already. An account of "sudo" or "shadow"
// would have that group as its own, and with it what the group is trusted with.
Result<std::optional<std::uint64_t>> group_to_join(const AccountFiles& files, std::string_view name,
                                                   const LoginDefs& defs)
{
    std::string user(name);
    if (!files.group.lines.contains(name)) return std::nullopt;
    auto gid = TRY(number_of_group(files, user));
    if (gid < defs.gids.first)
        return fail(user + " is a group of the system itself (" + std::to_string(gid) +
                    "); no account of that name is made");
    return gid;
}

// The line of gshadow(5) for a group that has its password there: a new one, or one that a run
// which was killed between the two files has left without.
void complete_gshadow(AccountFiles& files, const std::string& name)
{
    const auto group = files.group.lines.find(name);
    if (!files.gshadow.was || files.gshadow.lines.contains(name)) return;
    if (group && group->size() > 1 && group->at(1) == "x")
        files.gshadow.lines.add({name, "!", "", group->size() > 3 ? group->at(3) : ""});
}

// A range of subordinate ids behind all others (subuid(5)), where the system uses them at all.
void add_subordinate_ids(AccountFiles::File& file, std::string_view name, const IdRange& range,
                         std::uint64_t count)
{
    if (!file.was || count == 0 || file.lines.contains(name)) return;
    auto start = range.first;
    for (const auto& entry : file.lines.entries(3)) {
        auto first = parse_number(entry[1], 0, UINT32_MAX);
        auto length = parse_number(entry[2], 0, UINT32_MAX);
        if (first && length) start = std::max(start, *first + *length);
    }
    // Without a range the account works; only containers without root do not.
    if (start + count - 1 > range.last) return;
    file.lines.add({std::string(name), std::to_string(start), std::to_string(count)});
}

// Copies what /etc/skel holds, within the limits.
class SkeletonCopy {
  public:
    // No link is followed below `anchor`, the home or a directory above it.
    SkeletonCopy(std::string home, std::string anchor, const Owner& owner, const FileReader& tree)
        : home_(std::move(home)), anchor_(std::move(anchor)), owner_(owner), tree_(tree)
    {
    }

    Result<void> copy(const std::string& below, unsigned depth)
    {
        if (depth == kMaxSkeletonDepth) return {};
        for (const auto& name : TRY(tree_.list(kSkeleton + below))) {
            if (++files_ > kMaxSkeletonFiles) return {};
            auto path = below + "/" + name;
            auto status = TRY(tree_.status(kSkeleton + path));
            if (!status) continue;
            if (status->type == FileType::directory) {
                changes_.emplace_back(
                    MakeDirectory{home_ + path, status->mode, owner_, anchor_, "user_home_t"});
                TRY(copy(path, depth + 1));
            } else if (status->type == FileType::regular) {
                TRY(copy_file(path));
            }
        }
        return {};
    }

    [[nodiscard]] std::vector<Change> take() { return std::move(changes_); }

  private:
    Result<void> copy_file(const std::string& path)
    {
        auto file = TRY(tree_.read(kSkeleton + path));
        if (!file || (bytes_ += file->content.size()) > kMaxSkeletonBytes) return {};
        changes_.emplace_back(WriteFile{.path = home_ + path,
                                        .content = std::move(file->content),
                                        .mode = file->status.mode & 0777U,
                                        .owner = owner_,
                                        .anchor = anchor_,
                                        .watched = false,
                                        .selinux_type = "user_home_t"});
        return {};
    }

    static inline const std::string kSkeleton = "/etc/skel";
    std::string home_;
    std::string anchor_;
    Owner owner_;
    const FileReader& tree_;
    std::size_t files_ = 0;
    std::size_t bytes_ = 0;
    std::vector<Change> changes_;
};

}  // namespace

std::string day_of_change(const Facts& facts)
{
    return facts.days_since_epoch > 0 ? std::to_string(facts.days_since_epoch) : "";
}

Result<bool> can_add_account(std::string_view name, const FileReader& tree)
{
    auto files = TRY(AccountFiles::read(tree));
    return group_to_join(files, name, TRY(read_login_defs(tree))).has_value();
}

Result<std::string> choose_shell(const std::string& wanted, const std::string& variable,
                                 const FileReader& tree, std::vector<Problem>& problems)
{
    if (!wanted.empty()) {
        if (TRY(tree.status(wanted))) return wanted;
        problems.push_back({variable, wanted + " is not there; bash or sh is used", false});
    }
    constexpr const char* kUsual = "/bin/bash";
    return std::string(TRY(tree.status(kUsual)) ? kUsual : "/bin/sh");
}

Result<void> ensure_group(AccountFiles& files, const std::string& name, const LoginDefs& defs)
{
    if (!files.group.lines.contains(name)) {
        auto gid = TRY(lowest_free(defs.gids, numbers_in(files.group.lines, 2)));
        files.group.lines.add({name, "x", std::to_string(gid), ""});
    }
    complete_gshadow(files, name);
    return {};
}

void add_member(AccountFiles& files, const std::string& group, const std::string& account)
{
    constexpr std::size_t kMembers = 3;  // of group(5) and of gshadow(5)
    for (auto* file : {&files.group, &files.gshadow}) {
        auto entry = file->lines.find(group);
        if (!entry) continue;
        auto text = entry->size() > kMembers ? (*entry)[kMembers] : "";
        auto members = split(text, ',');
        if (std::find(members.begin(), members.end(), account) != members.end()) continue;
        file->lines.set(group, kMembers, text + (text.empty() ? "" : ",") + account);
    }
}

Result<void> add_account(AccountFiles& files, const NewAccount& account, const LoginDefs& given,
                         const Facts& facts)
{
    auto defs = given;
    if (account.of_system) {
        defs.uids = given.system_uids;
        defs.gids = given.system_gids;
    }
    const auto& user = account.name;
    const bool is_own = !account.group || *account.group == user;
    GroupChoice group{.gid = {}, .is_own = is_own};
    if (is_own)
        group.gid = TRY(group_to_join(files, user, defs));
    else
        group.gid = TRY(number_of_group(files, *account.group));
    auto ids = TRY(free_ids(files, group, account.uid, defs));

    if (!group.gid) files.group.lines.add({user, "x", std::to_string(ids.gid), ""});
    if (is_own) complete_gshadow(files, user);
    if (!account.of_system) {
        add_subordinate_ids(files.subuid, user, defs.sub_uids, defs.sub_uid_count);
        add_subordinate_ids(files.subgid, user, defs.sub_gids, defs.sub_gid_count);
    }
    // A line that a deleted account left behind would give the new one the old password.
    auto number = [](const auto& value) { return value ? std::to_string(*value) : ""; };
    if (files.shadow.lines.contains(user))
        files.shadow.lines.set(user, 1, "*");
    else
        files.shadow.lines.add({user, "*", day_of_change(facts), "0", "99999", "7",
                                number(account.inactive), number(account.expires), ""});
    files.passwd.lines.add(
        {user, "x", std::to_string(ids.uid), std::to_string(ids.gid), account.gecos,
         account.home.empty() ? home_of_new_account(user) : account.home, account.shell});
    return {};
}

Result<std::vector<Change>> new_home(const std::string& home, unsigned mode, const Owner& owner,
                                     const FileReader& tree)
{
    // Above it may be somebody else's ground, too.
    auto ground = TRY(find_ground(home, tree));
    if (ground == home) ground.clear();
    SkeletonCopy skeleton(home, ground.empty() ? home : ground, owner, tree);
    TRY(skeleton.copy("", 0));
    auto changes = skeleton.take();
    changes.insert(changes.begin(), MakeDirectory{home, mode, owner, ground, "user_home_dir_t"});
    return changes;
}

}  // namespace onectx
