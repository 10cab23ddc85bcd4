// What USER_DATA holds, unwrapped: base64, gzip and MIME come off, and what is inside says by its
// first line what it is (cloud-init's user data formats).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "guest/model/problem.h"

namespace onectx {

enum class PartKind { cloud_config, script };

struct UserDataPart {
    PartKind kind = PartKind::cloud_config;
    std::string name;  // for messages: "part 2 (setup.sh)"; empty where there is only one
    std::string text;
};

struct UserDataParts {
    std::vector<UserDataPart> parts;  // what can be used, in order
    std::vector<Problem> problems;    // what cannot, one by one; none quotes the text
};

// `is_base64` is what the ENCODING variable says. Without it base64 is taken for what it is when
// something that begins as user data does comes out.
[[nodiscard]] UserDataParts split_user_data(std::string_view value, bool is_base64,
                                            std::string_view variable);

}  // namespace onectx
