// The homes of accounts: each made once, with what /etc/skel holds for it. Those that are to be
// made are noted before their accounts are: who is in passwd and has no home may want none, unless
// a run that was killed, or failed, owes him one.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "guest/model/change.h"
#include "guest/model/reader.h"
#include "guest/plan/account_files.h"

namespace onectx {

struct HomeOrder {
    Account account;
    std::optional<Owner> new_owner = {};  // by name, where the account is a new one
    unsigned mode = 0700;
    std::string variable;  // at fault when somebody else has the home
};

class Homes {
  public:
    [[nodiscard]] static Result<Homes> read(const FileReader& tree);

    // Whether an earlier run has noted the home and not come to its end.
    [[nodiscard]] bool is_owed(std::string_view home) const;

    // Looks whether the home is there, which add() does not do again.
    [[nodiscard]] Result<void> look(const std::string& home);
    // Plans the home, unless it is there and not owed. One that cannot be planned is noted all the
    // same.
    [[nodiscard]] Result<void> add(const HomeOrder& order, std::vector<Problem>& problems);

    // What is to be done before the accounts are made.
    [[nodiscard]] std::vector<Change> note() const;
    // And when they are.
    [[nodiscard]] std::vector<Change> changes() const;

  private:
    explicit Homes(const FileReader& tree) : tree_(&tree) {}

    const FileReader* tree_;
    std::map<std::string, std::optional<FileStatus>> seen_;
    std::vector<std::string> owed_;
    std::vector<std::string> noted_;
    std::vector<Change> changes_;
    bool is_whole_ = true;
};

}  // namespace onectx
