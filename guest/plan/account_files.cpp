// See account_files.h.
#include "guest/plan/account_files.h"

#include <algorithm>
#include <array>

#include "common/digest.h"
#include "common/text.h"
#include "common/user_name.h"
#include "guest/model/user_settings.h"

namespace onectx {
namespace {

constexpr std::string_view kPasswd = "/etc/passwd";

Result<AccountFiles::File> read_one(std::string_view path, const FileReader& tree)
{
    AccountFiles::File file{.path = std::string(path)};
    file.was = TRY(tree.read(path));
    if (file.was) file.lines = AccountFile(file.was->content);
    return file;
}

void append_change(std::vector<Change>& changes, const AccountFiles::File& file, bool secret)
{
    auto text = file.lines.text();
    if (file.was ? text == file.was->content : text.empty()) return;
    WriteFile change{.path = file.path,
                     .content = std::move(text),
                     .mode = secret ? 0600U : 0644U,
                     .secret = secret,
                     .planned_from = file.was ? sha256_hex(file.was->content) : "absent",
                     .watched = false};
    if (file.was) {
        const auto& status = file.was->status;
        change.mode = status.mode;
        change.owner = {std::to_string(status.uid), std::to_string(status.gid)};
    }
    changes.emplace_back(std::move(change));
}

}  // namespace

Result<std::optional<Account>> find_account(const AccountFile& passwd, std::string_view name)
{
    auto fields = passwd.find(name);
    if (!fields) return std::nullopt;
    auto number = [&](std::size_t field) {
        return fields->size() > field ? parse_number((*fields)[field], 0, UINT32_MAX)
                                      : std::nullopt;
    };
    auto uid = number(2);
    auto gid = number(3);
    if (!uid || !gid)
        return fail("the line of " + std::string(name) + " in /etc/passwd is damaged");
    Account account{std::string(name), static_cast<std::uint32_t>(*uid),
                    static_cast<std::uint32_t>(*gid), fields->size() > 5 ? (*fields)[5] : ""};
    while (account.home.size() > 1 && account.home.ends_with('/'))
        account.home.pop_back();
    return account;
}

Result<std::optional<Account>> find_account(const FileReader& tree, std::string_view name)
{
    auto passwd = TRY(tree.read(kPasswd));
    if (!passwd) return std::nullopt;
    return find_account(AccountFile(passwd->content), name);
}

std::optional<Account> find_named_account(const AccountFile& passwd, const NamedKeys& named)
{
    std::optional<Account> found;
    for (const auto& entry : passwd.entries(4)) {
        if (!is_user_name(entry[0]) || variable_name_of(entry[0]) != named.user) continue;
        auto account = find_account(passwd, entry[0]);
        if (!account || (found && found->name != entry[0])) return std::nullopt;
        found = *account;
    }
    return found;
}

std::string home_of_new_account(std::string_view name)
{
    return "/home/" + std::string(name);
}

bool is_usable_home(std::string_view home)
{
    constexpr std::array<std::string_view, 5> kNone{"/", "/nonexistent", "/dev/null", "/var/empty",
                                                    "/run/empty"};
    if (!home.starts_with('/')) return false;
    if (std::find(kNone.begin(), kNone.end(), home) != kNone.end()) return false;
    auto parts = split(home.substr(1), '/');
    return std::none_of(parts.begin(), parts.end(), [](std::string_view part) {
        return part.empty() || part == "." || part == "..";
    });
}

Result<AccountFiles> AccountFiles::read(const FileReader& tree)
{
    AccountFiles files;
    files.group = TRY(read_one("/etc/group", tree));
    files.gshadow = TRY(read_one("/etc/gshadow", tree));
    files.subuid = TRY(read_one("/etc/subuid", tree));
    files.subgid = TRY(read_one("/etc/subgid", tree));
    files.shadow = TRY(read_one("/etc/shadow", tree));
    files.passwd = TRY(read_one(kPasswd, tree));
    // One that we made would know no root, and every login would fail.
    if (!files.passwd.was) return fail("there is no " + std::string(kPasswd));
    return files;
}

std::vector<Change> AccountFiles::changes() const
{
    std::vector<Change> changes;
    append_change(changes, group, false);
    append_change(changes, gshadow, true);
    append_change(changes, subuid, false);
    append_change(changes, subgid, false);
    append_change(changes, shadow, true);
    append_change(changes, passwd, false);
    return changes;
}

}  // namespace onectx
