// The account files of a tree, read together and written back together, because an account is a
// line in each of them. Nothing here asks NSS: the files are what there is before any service runs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "guest/edit/account_file.h"
#include "guest/model/change.h"
#include "guest/model/reader.h"
#include "guest/model/settings.h"

namespace onectx {

struct Account {
    std::string name;
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    std::string home;  // as passwd(5) has it, without a '/' at the end
};

// The account of a name in the text of a passwd(5); absent when there is none. A line without
// decimal ids is an error.
[[nodiscard]] Result<std::optional<Account>> find_account(const AccountFile& passwd,
                                                          std::string_view name);

// The same, read from the tree.
[[nodiscard]] Result<std::optional<Account>> find_account(const FileReader& tree,
                                                          std::string_view name);

// The account that a variable names (NamedKeys::user). Absent when there is none, or several.
[[nodiscard]] std::optional<Account> find_named_account(const AccountFile& passwd,
                                                        const NamedKeys& named);

// Where the home of an account that does not exist yet is going to be.
[[nodiscard]] std::string home_of_new_account(std::string_view name);

// Whether files can be put into this home: a plain absolute path that is not "/" and none of the
// places that stand for no home.
[[nodiscard]] bool is_usable_home(std::string_view home);

struct AccountFiles {
    struct File {
        std::string path;
        std::optional<FileText> was;  // absent: there is no such file
        AccountFile lines;
    };
    File group;
    File gshadow;
    File subuid;
    File subgid;
    File shadow;
    File passwd;

    // Every file may be missing but /etc/passwd.
    [[nodiscard]] static Result<AccountFiles> read(const FileReader& tree);

    // The files whose text changed, passwd last: whoever sees an account then sees all of it. Each
    // names the text it was planned from, for the executor to check under the lock.
    [[nodiscard]] std::vector<Change> changes() const;
};

}  // namespace onectx
