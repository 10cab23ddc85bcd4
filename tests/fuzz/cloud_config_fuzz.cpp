// Fuzzes cloud-config: whatever the text, what comes out of it can stand in the files that it is
// written to, and there is no more of it than the limits say.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "common/limits.h"
#include "common/mount_point.h"
#include "common/text.h"
#include "common/user_name.h"
#include "guest/user_data/user_data.h"
#include "tests/fuzz/require.h"

namespace onectx {
namespace {

bool is_field(std::string_view text)
{
    return text == printable(text) && text.find(':') == std::string_view::npos;
}

void check_accounts(const AccountsWish& wishes)
{
    for (const auto& group : wishes.groups) {
        require(is_user_name(group.name));
        require(std::all_of(group.members.begin(), group.members.end(),
                            [](const auto& member) { return is_user_name(member); }));
    }
    for (const auto& account : wishes.accounts) {
        require(is_user_name(account.name) || (account.of_context && account.name.empty()));
        require(is_field(account.gecos) && is_field(account.shell) && is_field(account.home));
        require(account.home.empty() || clean_path(account.home) == account.home);
        for (const auto& rule : account.sudo)
            require(rule == printable(rule) && !rule.ends_with('\\'));
        for (const auto& key : account.ssh_keys)
            require(key.find('\n') == std::string::npos);
    }
    for (const auto& password : wishes.passwords)
        require(password.name.empty() || is_user_name(password.name));
}

void check_wishes(const UserDataWish& wishes)
{
    constexpr unsigned kAllBits = 07777;
    require(wishes.files.size() <= kMaxUserDataFiles);
    for (const auto& file : wishes.files)
        require(clean_path(file.path) == file.path && file.path.size() > 1 &&
                file.mode.value_or(0) <= kAllBits);
    for (const auto* scripts : {&wishes.boot_scripts, &wishes.scripts})
        for (const auto& script : *scripts)
            require(script.text.reveal().starts_with("#!"));
    for (const auto& package : wishes.packages)
        require(!package.name.empty() && package.name[0] != '-' &&
                package.name.find_first_of(" \n'\"") == std::string::npos);
    for (const auto& mount : wishes.mounts)
        for (const auto* field : {&mount.source, &mount.target, &mount.type, &mount.options})
            require(!field->empty() && *field == printable(*field) &&
                    field->find(' ') == std::string::npos);
    if (!wishes.ntp) return;
    for (const auto* hosts : {&wishes.ntp->servers, &wishes.ntp->pools})
        for (const auto& host : *hosts)
            require(host.find_first_of(" \n'\"$`") == std::string::npos && host[0] != '-');
}

}  // namespace
}  // namespace onectx

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace onectx;
    std::string text(reinterpret_cast<const char*>(data), size);
    if (text.find('\0') != std::string::npos) return 0;
    std::vector<Problem> problems;
    CloudConfig config;
    read_cloud_config(text, "USER_DATA", "", config, problems);
    finish_cloud_config(config);
    check_accounts(config.accounts);
    check_wishes(config.wishes);
    require(problems.size() <= kMaxUserDataProblems + 1);
    for (const auto& problem : problems)
        require(problem.message == printable(problem.message));
    return 0;
}
