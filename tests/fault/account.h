// A user with a password and a key, made as `apply` makes it.
#pragma once

#include <string>

#include "common/result.h"

namespace onectx::test {

// The files of a small machine below the directory.
void fill_machine(const std::string& directory);

// Plans and applies a context for the user alice below it, between two markers (changes.h). Salt,
// key and day are fixed, so two undisturbed runs give the same bytes.
[[nodiscard]] Result<void> make_account(const std::string& directory);

}  // namespace onectx::test
