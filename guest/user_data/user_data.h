// The user data of a context as wishes: USER_DATA, or USERDATA as cloud-init calls it too.
#pragma once

#include <vector>

#include "common/context.h"
#include "common/shell_vars.h"
#include "guest/user_data/cloud_config.h"

namespace onectx {

// What it comes to; all of it that makes sense, whatever else is in it. No message quotes it.
[[nodiscard]] CloudConfig read_user_data(const Context& context, const Refusals& refusals,
                                         std::vector<Problem>& problems);

}  // namespace onectx
