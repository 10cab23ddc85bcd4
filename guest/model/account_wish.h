// Accounts and groups that user data wants besides the user of the context (cloud-init's users,
// groups and chpasswd). Every text in here was looked at: it can stand in the files of accounts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "guest/model/password_wish.h"

namespace onectx {

struct GroupWish {
    std::string name;
    std::vector<std::string> members;
};

struct AccountWish {
    std::string name;
    std::string where;        // "3:5: users[1]", for messages
    bool of_context = false;  // he is the user of the context, whatever his name

    // Of an account that is made; one that is there keeps what it has.
    std::string gecos;
    std::string shell;  // empty: bash, or else sh
    std::string home;   // empty: below /home
    std::optional<std::uint32_t> uid;
    std::string primary_group;  // empty: one of its own name
    bool own_group = true;      // no_user_group: users(100) is its group
    bool of_system = false;     // numbers below UID_MIN, and no home
    bool makes_home = true;
    std::optional<std::uint32_t> expires;   // a day of shadow(5)
    std::optional<std::uint32_t> inactive;  // days, likewise
    std::optional<PasswordWish> first_password;

    std::optional<PasswordWish> password;  // whether it is there already or not
    bool locked = false;                   // so that no password lets it in
    std::vector<std::string> groups;       // to be a member of; made where they are missing
    std::vector<std::string> sudo;         // rules of sudoers(5), without the name before them
    std::vector<std::string> ssh_keys;
};

struct AccountPassword {
    std::string name;
    std::optional<PasswordWish> password;
    bool expires = false;  // a new one has to be chosen at the first login
};

struct AccountsWish {
    std::vector<GroupWish> groups;
    std::vector<AccountWish> accounts;
    std::vector<AccountPassword> passwords;  // of accounts that are there, or are in `accounts`

    [[nodiscard]] bool empty() const
    {
        return groups.empty() && accounts.empty() && passwords.empty();
    }
};

}  // namespace onectx
