// What scripts are told of a context, as variables that are safe to have: none that changes what a
// program is or does before its first line (user-needs R-26), none that the kernel refuses.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/context.h"

namespace onectx {

// Before the name of a context variable that cannot be offered under its own.
inline constexpr std::string_view kOfferPrefix = "ONE_CTX_";
// Before the name of one that is too large: the variable names a file that holds the value.
inline constexpr std::string_view kFilePrefix = "ONE_CTX_FILE_";

using Variables = std::vector<std::pair<std::string, std::string>>;

struct Offer {
    Variables small;  // fit into the environment, all together (execve(2))
    Variables large;  // do not; under the names of `small`
};

// PATH, IFS, HOME, LD_*, BASH_ENV and the like; ours (MOUNT_DIR, …) too.
[[nodiscard]] bool is_withheld(std::string_view name);

// Every variable of the context that is not empty, in the order of the names: under its own name,
// or with kOfferPrefix where that is withheld.
[[nodiscard]] Offer offer_variables(const Context& context);

// Where the values that are too large lie, one a file of the variable's name.
inline constexpr std::string_view kLargeValues = "/run/onectx/variables";

// "NAME=value" for execve(2): ours first, then those of the context. `medium` is the folder that
// holds context.sh, empty when there is none; `stage` is "local" or "network".
[[nodiscard]] std::vector<std::string> script_environment(const Context& context,
                                                          std::string_view medium,
                                                          std::string_view stage);

}  // namespace onectx
