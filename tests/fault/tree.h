// A machine's files as a disturbed run leaves them: to be compared with those of an undisturbed
// one, and what must hold of them at any moment.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "tests/fault/strace.h"

namespace onectx::test {

// Path -> mode, owner and content of all there is; of programs their size.
using Tree = std::map<std::string, std::string>;

[[nodiscard]] Tree tree_of(const std::filesystem::path& root);

// What differs, for people: nothing when the trees are equal.
[[nodiscard]] std::string difference(const Tree& wanted, const Tree& tree);

// Whether a call changes anything on the disk or in the kernel. Between two of these nothing
// differs, so a death there is a death before the next; that of a file which was opened to be made
// is one before what is written to it.
[[nodiscard]] bool changes_anything(const Call& call);

// Whether a script may change something while the call waits for it.
[[nodiscard]] bool waits_for_others(const Call& call);

// Whoever is in passwd is in shadow and group too, and nobody gets in without a password.
void check_accounts(const std::filesystem::path& root);

}  // namespace onectx::test
